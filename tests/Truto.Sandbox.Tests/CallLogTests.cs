namespace Truto.Sandbox.Tests;

public sealed class CallLogTests
{
    [Fact]
    public async Task A_call_is_kept_with_everything_that_a_test_asks_about()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Time.Advance(TimeSpan.FromSeconds(5));

        await sandbox.PatchAsync("""{ "name": "Ünï" }""", "&remote_query[x]=1", key: "k").JsonAsync();

        var call = Assert.Single(sandbox.Truto.Calls);
        Assert.Equal(0, call.Number);
        Assert.Equal(sandbox.Time.GetUtcNow(), call.Time);
        Assert.Equal("PATCH", call.Method);
        Assert.Equal($"/unified/crm/users/{Sandbox.UserId}", call.Path);
        Assert.Equal($"?integrated_account_id={Sandbox.Account}&remote_query[x]=1", call.Query);
        Assert.Equal(Sandbox.UserId, call.UserId);
        Assert.Equal(Sandbox.Account, call.Account);
        Assert.Equal("k", call.IdempotencyKey);
        Assert.Equal("""{ "name": "Ünï" }""", call.Body);
        Assert.Equal(19, call.BodyLength);
        Assert.Equal(200, call.Status);
        Assert.False(call.Replayed);
        Assert.Empty(call.IgnoredFields);
        Assert.Equal(SandboxFault.None, call.Fault);
    }

    [Fact]
    public async Task A_refused_call_is_kept_too()
    {
        await using var sandbox = await Sandbox.StartAsync();

        using var response = await sandbox.SendAsync(HttpMethod.Patch, "/unified/crm/users/7?integrated_account_id=other", "not json");

        var call = sandbox.LastCall;
        Assert.Equal((404, "other", "7", "not json"), (call.Status, call.Account, call.UserId, call.Body));
    }

    [Fact]
    public async Task Only_the_latest_calls_are_kept_and_all_are_counted()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions { Limits = SandboxLimits.Off, CallCapacity = 3 });
        for (var i = 0; i < 5; i++)
            await sandbox.GetAsync(Sandbox.Path()).JsonAsync();

        Assert.Equal(5, sandbox.Truto.Calls.Total);
        Assert.Equal([2, 3, 4], sandbox.Truto.Calls.Select(call => call.Number));

        sandbox.Truto.Calls.Clear();
        await sandbox.GetAsync(Sandbox.Path()).JsonAsync();

        Assert.Equal(1, sandbox.Truto.Calls.Total);
        Assert.Equal(5, Assert.Single(sandbox.Truto.Calls).Number);
    }

    [Fact]
    public async Task A_long_body_is_counted_but_not_kept()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var body = $$"""{"name":"{{new string('x', 64 * 1024)}}"}""";

        await sandbox.PatchAsync(body).JsonAsync();

        Assert.Null(sandbox.LastCall.Body);
        Assert.Equal(body.Length, sandbox.LastCall.BodyLength);
    }

    [Fact]
    public async Task Nothing_personal_and_no_token_gets_into_a_text_by_accident()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with { Tokens = ["own-token"] });
        await sandbox.PatchAsync("""{"email":"someone@example.com","name":"Someone"}""").JsonAsync();

        var texts = $"{sandbox.LastCall} {sandbox.User} {sandbox.Truto.FindAccount(Sandbox.Account)}";

        Assert.DoesNotContain("omeone", texts, StringComparison.Ordinal);
        Assert.DoesNotContain("own-token", texts, StringComparison.Ordinal);
        Assert.Contains(Sandbox.Account, texts, StringComparison.Ordinal);
    }
}
