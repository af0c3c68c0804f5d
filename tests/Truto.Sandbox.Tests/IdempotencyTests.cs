using System.Net;

namespace Truto.Sandbox.Tests;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_changes_nothing()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var first = await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();
        await sandbox.PatchAsync("""{"name":"B"}""").JsonAsync();

        var repeat = await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();

        Assert.Equal(first.GetRawText(), repeat.GetRawText());
        Assert.Equal("B", sandbox.User.Name);
        Assert.Equal(2, sandbox.User.Revision);
        Assert.Equal([false, false, true], sandbox.Truto.Calls.Select(call => call.Replayed));
        Assert.Equal(["k", null, "k"], sandbox.Truto.Calls.Select(call => call.IdempotencyKey), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_repeated_create_makes_one_user()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var first = await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), "{}", "k").JsonAsync();
        var repeat = await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), "{}", "k").JsonAsync();

        Assert.Equal(first.Text("id"), repeat.Text("id"));
        Assert.Equal(2, sandbox.Truto.CountUsers(Sandbox.Account));
    }

    [Fact]
    public async Task A_repeated_delete_succeeds_again()
    {
        await using var sandbox = await Sandbox.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path(), key: "k").StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path(), key: "k").StatusAsync());
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path()).StatusAsync());
    }

    [Fact]
    public async Task Body_and_query_are_not_part_of_the_key()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();

        var repeat = await sandbox.PatchAsync("""{"name":"B"}""", "&truto_exclude_fields[]=name", key: "k").JsonAsync();

        Assert.Equal("A", repeat.Text("name"));
        Assert.Equal("A", sandbox.User.Name);
    }

    [Fact]
    public async Task Another_user_another_account_and_another_key_are_other_requests()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("2"));
        sandbox.Truto.PutAccount(new SandboxAccount("other", "wix"));
        sandbox.Truto.PutUser("other", new SandboxUser(Sandbox.UserId));

        await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();
        await sandbox.PatchAsync("""{"name":"B"}""", key: "k", id: "2").JsonAsync();
        const string Other = $"/unified/crm/users/{Sandbox.UserId}?integrated_account_id=other";
        await sandbox.SendAsync(HttpMethod.Patch, Other, """{"name":"C"}""", "k").JsonAsync();
        await sandbox.PatchAsync("""{"name":"D"}""", key: "K").JsonAsync();

        Assert.DoesNotContain(sandbox.Truto.Calls, call => call.Replayed);
        Assert.Equal("D", sandbox.User.Name);
        Assert.Equal("C", sandbox.Truto.Find("other", Sandbox.UserId)!.Name);
    }

    [Theory]
    [InlineData("""{"email":"no-at-sign"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("not json", HttpStatusCode.BadRequest)]
    public async Task A_request_that_was_not_executed_is_not_kept(string body, HttpStatusCode status)
    {
        await using var sandbox = await Sandbox.StartAsync();
        Assert.Equal(status, await sandbox.PatchAsync(body, key: "k").StatusAsync());

        await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();

        Assert.Equal("A", sandbox.User.Name);
        Assert.False(sandbox.LastCall.Replayed);
    }

    [Fact]
    public async Task Reading_pays_no_attention_to_a_key()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await sandbox.SendAsync(HttpMethod.Get, Sandbox.Path(), key: "k").JsonAsync();
        await sandbox.PatchAsync("""{"name":"A"}""").JsonAsync();

        var user = await sandbox.SendAsync(HttpMethod.Get, Sandbox.Path(), key: "k").JsonAsync();

        Assert.Equal("A", user.Text("name"));
    }

    [Fact]
    public async Task Repeats_that_come_while_the_first_is_under_way_wait_for_it()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Latency = SandboxLatency.Fixed(TimeSpan.FromSeconds(5));
        var all = Enumerable.Range(0, 20).Select(i => sandbox.PatchAsync($$"""{"name":"N{{i}}"}""", key: "k").JsonAsync()).ToArray();

        // Whoever was first waits on the clock, which stands still while the others arrive; none of them gets so far.
        await Sandbox.UntilAsync(() => sandbox.Time.Waits == 1);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Sandbox.Cancellation);
        Assert.DoesNotContain(all, call => call.IsCompleted);
        sandbox.Time.Advance(TimeSpan.FromSeconds(5));

        var answers = await Task.WhenAll(all);
        Assert.Single(answers.Select(answer => answer.GetRawText()).Distinct(StringComparer.Ordinal));
        Assert.Equal(1, sandbox.User.Revision);
        Assert.Equal(1, sandbox.Time.Waits);
        Assert.Equal(19, sandbox.Truto.Calls.Count(call => call.Replayed));
    }

    [Fact]
    public async Task A_repeat_executes_by_itself_when_the_first_that_it_waited_for_failed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Latency = SandboxLatency.Fixed(TimeSpan.FromSeconds(5));
        sandbox.Truto.Faults.Next(SandboxFault.ServiceUnavailable);
        var first = sandbox.PatchAsync("""{"name":"A"}""", key: "k").StatusAsync();
        await Sandbox.UntilAsync(() => sandbox.Time.Waits == 1);
        var repeat = sandbox.PatchAsync("""{"name":"A"}""", key: "k").StatusAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Sandbox.Cancellation);
        sandbox.Time.Advance(TimeSpan.FromSeconds(5));
        await Sandbox.UntilAsync(() => sandbox.Time.Waits == 2);
        sandbox.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await first);
        Assert.Equal(HttpStatusCode.OK, await repeat);
        Assert.Equal(1, sandbox.User.Revision);
        Assert.DoesNotContain(sandbox.Truto.Calls, call => call.Replayed);
    }

    [Fact]
    public async Task A_kept_answer_ages_out()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions
        {
            Limits = SandboxLimits.Off,
            IdempotencyLifetime = TimeSpan.FromMinutes(1),
        });
        await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();
        sandbox.Time.Advance(TimeSpan.FromSeconds(59));
        await sandbox.PatchAsync("""{"name":"B"}""", key: "k").JsonAsync();
        Assert.Equal("A", sandbox.User.Name);

        sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        await sandbox.PatchAsync("""{"name":"C"}""", key: "k").JsonAsync();

        Assert.Equal("C", sandbox.User.Name);
    }

    [Fact]
    public async Task The_oldest_kept_answer_makes_room_for_a_new_one()
    {
        var options = new SandboxOptions { Limits = SandboxLimits.Off, IdempotencyCapacity = 2 };
        await using var sandbox = await Sandbox.StartAsync(options: options);
        foreach (var key in new[] { "1", "2", "3", "2", "1" })
            await sandbox.PatchAsync("{}", key: key).JsonAsync();

        Assert.Equal([false, false, false, true, false], sandbox.Truto.Calls.Select(call => call.Replayed));
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_a_local_400()
    {
        await using var sandbox = await Sandbox.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await sandbox.PatchAsync("{}", key: new string('k', 255)).StatusAsync());
        var error = await sandbox.PatchAsync("{}", key: new string('k', 256)).JsonAsync(HttpStatusCode.BadRequest);

        error.IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
        Assert.Equal("Idempotency-Key must not be longer than 255 characters", error.Text("message"));
    }

    [Fact]
    public async Task A_replayed_answer_tells_nothing_about_the_providers_limit()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions());
        using var first = await sandbox.PatchAsync("{}", key: "k");
        using var repeat = await sandbox.PatchAsync("{}", key: "k");

        Assert.NotNull(first.Header("ratelimit-remaining"));
        Assert.Null(repeat.Header("ratelimit-remaining"));
    }
}
