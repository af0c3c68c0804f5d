using System.Net;
using System.Text.Json;

namespace Truto.Sandbox.Tests;

public sealed class FaultTests
{
    private const string Rename = """{"name":"B"}""";

    [Fact]
    public async Task A_connection_dropped_before_leaves_no_trace_but_in_the_log()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.DropBefore);

        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.PatchAsync(Rename));

        Assert.Equal(0, sandbox.User.Revision);
        Assert.Equal((SandboxFault.DropBefore, null), (sandbox.LastCall.Fault, sandbox.LastCall.Status));
    }

    [Fact]
    public async Task A_connection_dropped_after_has_made_the_change_and_a_repeat_gets_the_lost_answer()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.DropAfter);

        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.PatchAsync(Rename, key: "k"));
        Assert.Equal("B", sandbox.User.Name);
        Assert.Equal((SandboxFault.DropAfter, 200), (sandbox.LastCall.Fault, sandbox.LastCall.Status));
        var repeat = await sandbox.PatchAsync(Rename, key: "k").JsonAsync();

        Assert.Equal("B", repeat.Text("name"));
        Assert.Equal(1, sandbox.User.Revision);
        Assert.True(sandbox.LastCall.Replayed);
    }

    [Fact]
    public async Task A_call_that_hangs_gets_no_answer_and_changes_nothing()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.Hang);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Sandbox.Cancellation);
        using var content = new StringContent(Rename, System.Text.Encoding.UTF8, "application/json");

        var call = sandbox.Client.PatchAsync(Sandbox.Path(), content, patience.Token);
        await Sandbox.UntilAsync(() => sandbox.Truto.Calls.Total == 1);
        Assert.False(call.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal((SandboxFault.Hang, null), (sandbox.LastCall.Fault, sandbox.LastCall.Status));
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Fact]
    public async Task A_server_stops_although_a_call_hangs()
    {
        var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.Hang);
        using var client = new HttpClient { BaseAddress = sandbox.Address };
        var call = client.GetAsync(Sandbox.Path(), Sandbox.Cancellation);
        await Sandbox.UntilAsync(() => sandbox.Truto.Calls.Total == 1);

        await sandbox.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task A_garbage_body_is_said_to_be_json_and_is_not()
    {
        await using var sandbox = await Sandbox.StartAsync("salesforce");
        sandbox.Truto.Faults.Next(SandboxFault.Garbage);

        using var response = await sandbox.PatchAsync(
            """{"email":"b@example.com","first_name":"B","last_name":"B"}""", "&truto_response_format=raw");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadAsByteArrayAsync(Sandbox.Cancellation);
        Assert.NotEmpty(body);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(body));
        Assert.Equal(1, sandbox.User.Revision);
    }

    [Fact]
    public async Task Trutos_429_is_local_and_says_when_to_come_back()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.TrutoRateLimit);

        using var response = await sandbox.PatchAsync(Rename);

        (await response.JsonAsync(HttpStatusCode.TooManyRequests)).IsLocalError(HttpStatusCode.TooManyRequests, "Too Many Requests");
        Assert.Equal("10", response.Header("Retry-After"));
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Fact]
    public async Task The_providers_429_is_remote_and_says_when_to_come_back()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions());
        sandbox.Truto.Faults.Next(SandboxFault.ProviderRateLimit);

        using var response = await sandbox.PatchAsync(Rename);

        var error = await response.JsonAsync(HttpStatusCode.TooManyRequests);
        error.IsRemoteError(HttpStatusCode.TooManyRequests, "Too Many Requests");
        Assert.True(error.GetProperty("truto_error_insight").TryGetProperty("rate_limit_error", out _));
        Assert.Equal("0", response.Header("ratelimit-remaining"));
        Assert.Equal("10", response.Header("ratelimit-reset"));
        Assert.Equal("10", response.Header("Retry-After"));
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Fact]
    public async Task Trutos_500_is_local()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.TrutoError);

        var error = await sandbox.PatchAsync(Rename).JsonAsync(HttpStatusCode.InternalServerError);

        error.IsLocalError(HttpStatusCode.InternalServerError, "Internal Server Error");
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Theory]
    [InlineData(SandboxFault.BadGateway, HttpStatusCode.BadGateway, "Bad Gateway", JsonValueKind.String)]
    [InlineData(SandboxFault.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, "Service Unavailable", JsonValueKind.Object)]
    [InlineData(SandboxFault.GatewayTimeout, HttpStatusCode.GatewayTimeout, "Gateway Timeout", JsonValueKind.String)]
    public async Task A_failing_provider_is_a_remote_error(SandboxFault fault, HttpStatusCode status, string reason, JsonValueKind raw)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(fault);

        var error = await sandbox.PatchAsync(Rename).JsonAsync(status);

        error.IsRemoteError(status, reason);
        Assert.Equal(raw, error.GetProperty("raw_response").ValueKind);
        Assert.Equal(fault == SandboxFault.GatewayTimeout, error.Text("message")!.Length == 0);
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Fact]
    public async Task A_script_goes_through_the_next_calls_in_order_and_then_ends()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Next(SandboxFault.None);
        sandbox.Truto.Faults.Next(SandboxFault.TrutoError, 2);
        sandbox.Truto.Faults.Next(SandboxFault.BadGateway);

        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
            statuses.Add((int)await sandbox.GetAsync(Sandbox.Path()).StatusAsync());

        Assert.Equal([200, 500, 500, 502, 200], statuses);
        Assert.Equal(
            [SandboxFault.None, SandboxFault.TrutoError, SandboxFault.TrutoError, SandboxFault.BadGateway, SandboxFault.None],
            sandbox.Truto.Calls.Select(call => call.Fault));
    }

    [Fact]
    public async Task Rates_strike_as_often_as_they_say_and_the_same_with_the_same_seed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var faults = sandbox.Truto.Faults;
        faults[SandboxFault.TrutoError] = 0.2;
        faults[SandboxFault.BadGateway] = 0.3;

        var first = await DrawAsync(sandbox);
        faults.Reseed(1);
        var second = await DrawAsync(sandbox);
        faults.Reseed(2);
        var third = await DrawAsync(sandbox);

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
        Assert.InRange(first.Count(status => status == 500), 40, 80);
        Assert.InRange(first.Count(status => status == 502), 65, 115);
        Assert.Equal(300, first.Count(status => status is 200 or 500 or 502));
    }

    [Fact]
    public async Task A_reset_starts_the_random_decisions_anew()
    {
        await using var sandbox = await Sandbox.StartAsync();

        List<SandboxFault>[] rounds = [[], []];
        foreach (var round in rounds)
        {
            sandbox.Truto.Reset();
            sandbox.Truto.Faults[SandboxFault.Garbage] = 0.5;
            for (var i = 0; i < 50; i++)
                await sandbox.GetAsync(Sandbox.Path()).StatusAsync();
            round.AddRange(sandbox.Truto.Calls.Select(call => call.Fault));
        }

        Assert.Equal(rounds[0], rounds[1]);
        Assert.Contains(SandboxFault.Garbage, rounds[0]);
    }

    [Fact]
    public async Task Cleared_faults_no_longer_strike()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var faults = sandbox.Truto.Faults;
        faults[SandboxFault.TrutoError] = 1;
        faults.Next(SandboxFault.BadGateway, 3);
        faults.Latency = SandboxLatency.Fixed(TimeSpan.FromMinutes(1));
        Assert.Equal(1, faults[SandboxFault.TrutoError]);
        Assert.Equal(3, faults.Script.Count);

        faults.Clear();

        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        Assert.Equal(0, faults[SandboxFault.TrutoError]);
        Assert.Empty(faults.Script);
    }

    [Fact]
    public async Task An_answer_takes_as_long_as_the_latency_says()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Latency = new SandboxLatency(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        var call = sandbox.PatchAsync(Rename).StatusAsync();

        await Sandbox.UntilAsync(() => sandbox.Time.Waits == 1);
        sandbox.Time.Advance(TimeSpan.FromSeconds(1.999));
        Assert.Equal(0, sandbox.User.Revision);
        sandbox.Time.Advance(TimeSpan.FromSeconds(2.001));

        Assert.Equal(HttpStatusCode.OK, await call);
        Assert.Equal(TimeSpan.FromSeconds(4), sandbox.User.UpdatedAt - sandbox.User.CreatedAt);
    }

    [Fact]
    public async Task A_caller_that_gives_up_on_a_slow_provider_does_not_undo_the_change()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Latency = SandboxLatency.Fixed(TimeSpan.FromSeconds(30));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Sandbox.Cancellation);
        using var content = new StringContent(Rename, System.Text.Encoding.UTF8, "application/json");
        var call = sandbox.Client.PatchAsync(Sandbox.Path(), content, patience.Token);
        await Sandbox.UntilAsync(() => sandbox.Time.Waits == 1);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        sandbox.Time.Advance(TimeSpan.FromSeconds(30));
        await Sandbox.UntilAsync(() => sandbox.User.Revision == 1);

        Assert.Equal("B", sandbox.User.Name);
    }

    [Fact]
    public async Task A_server_stops_although_a_provider_is_slow()
    {
        var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults.Latency = SandboxLatency.Fixed(TimeSpan.FromMinutes(10));
        using var client = new HttpClient { BaseAddress = sandbox.Address };
        client.DefaultRequestHeaders.Authorization = sandbox.Client.DefaultRequestHeaders.Authorization;
        var call = client.GetAsync(Sandbox.Path(), Sandbox.Cancellation);
        await Sandbox.UntilAsync(() => sandbox.Time.Waiting == 1);

        await sandbox.DisposeAsync();

        Assert.Equal(0, sandbox.Time.Waiting);
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public void A_rate_out_of_range_is_refused_and_changes_nothing()
    {
        var faults = new SandboxTruto(TimeProvider.System, new SandboxOptions()).Faults;
        faults[SandboxFault.TrutoError] = 0.5;

        Assert.Throws<ArgumentOutOfRangeException>(() => faults[SandboxFault.TrutoError] = -0.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => faults[SandboxFault.TrutoError] = 1.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => faults[SandboxFault.TrutoError] = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => faults[SandboxFault.None] = 0.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => faults[(SandboxFault)99] = 0.1);
        var sum = Assert.Throws<ArgumentOutOfRangeException>(() => faults[SandboxFault.BadGateway] = 0.6);

        Assert.Contains("The rates of all faults together must not exceed 1.", sum.Message, StringComparison.Ordinal);
        Assert.Equal(0.5, faults[SandboxFault.TrutoError]);
        Assert.Equal(0, faults[SandboxFault.BadGateway]);
    }

    [Fact]
    public void A_script_is_bounded_and_knows_its_faults()
    {
        var faults = new SandboxTruto(TimeProvider.System, new SandboxOptions()).Faults;

        Assert.Throws<ArgumentOutOfRangeException>(() => faults.Next((SandboxFault)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => faults.Next(SandboxFault.Hang, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => faults.Next(SandboxFault.Hang, 100_001));
        Assert.Empty(faults.Script);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 601)]
    public void A_latency_out_of_range_cannot_be_made(int min, int max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SandboxLatency(TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max)));

    private static async Task<int[]> DrawAsync(Sandbox sandbox)
    {
        var statuses = new int[300];
        for (var i = 0; i < statuses.Length; i++)
            statuses[i] = (int)await sandbox.GetAsync(Sandbox.Path()).StatusAsync();
        return statuses;
    }
}
