using System.Net;

namespace Truto.Sandbox.Tests;

public sealed class LimitTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public void The_documented_limits_are_the_default()
    {
        var limits = new SandboxOptions().Limits;

        Assert.Equal(new SandboxRateLimit(500, TenSeconds), limits.Token);
        Assert.Equal(new SandboxRateLimit(50, TenSeconds), limits.Account);
        Assert.Equal(new SandboxRateLimit(110, TenSeconds), limits.Provider);
    }

    [Fact]
    public async Task The_fifty_first_call_for_an_account_in_ten_seconds_is_a_local_429()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions());
        for (var i = 0; i < 50; i++)
            Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());

        using var refused = await sandbox.PatchAsync("""{"name":"B"}""");

        (await refused.JsonAsync(HttpStatusCode.TooManyRequests)).IsLocalError(HttpStatusCode.TooManyRequests, "Too Many Requests");
        Assert.Equal("10", refused.Header("Retry-After"));
        Assert.Null(refused.Header("ratelimit-limit"));
        Assert.Equal(0, sandbox.User.Revision);

        sandbox.Time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal(HttpStatusCode.TooManyRequests, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        sandbox.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
    }

    [Fact]
    public async Task The_window_starts_with_its_first_call()
    {
        await using var sandbox = await Sandbox.StartAsync(options: Limited(SandboxLimits.Off with { Account = new(1, TenSeconds) }));
        sandbox.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());

        sandbox.Time.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(HttpStatusCode.TooManyRequests, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
    }

    [Fact]
    public async Task Accounts_have_limits_of_their_own_and_share_their_tokens()
    {
        var limits = SandboxLimits.Off with { Account = new(2, TenSeconds), Token = new(3, TenSeconds) };
        await using var sandbox = await Sandbox.StartAsync(options: Limited(limits));
        sandbox.Truto.PutAccount(new SandboxAccount("other", "wix"));
        const string Other = "/unified/crm/users?integrated_account_id=other";

        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Other).StatusAsync());

        using var refused = await sandbox.GetAsync(Other);
        var error = await refused.JsonAsync(HttpStatusCode.TooManyRequests);
        error.IsLocalError(HttpStatusCode.TooManyRequests, "Too Many Requests");
        Assert.Equal("Too many requests with this API token", error.Text("message"));
        Assert.Equal("10", refused.Header("Retry-After"));

        sandbox.Truto.AddToken("second-token");
        sandbox.Client.DefaultRequestHeaders.Authorization = new("Bearer", "second-token");
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Other).StatusAsync());
    }

    [Fact]
    public async Task Limits_can_be_switched_off_and_on_while_calls_come_in()
    {
        await using var sandbox = await Sandbox.StartAsync(options: Limited(SandboxLimits.Off with { Account = new(1, TenSeconds) }));
        await sandbox.GetAsync(Sandbox.Path()).JsonAsync();

        sandbox.Truto.Limits = SandboxLimits.Off;
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        sandbox.Truto.Limits = SandboxLimits.Off with { Account = new(1, TenSeconds) };

        Assert.Equal(HttpStatusCode.TooManyRequests, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
    }

    [Fact]
    public async Task Every_answer_of_the_provider_tells_its_limit()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions());

        using var first = await sandbox.GetAsync(Sandbox.Path());
        sandbox.Time.Advance(TimeSpan.FromMilliseconds(2_500));
        using var second = await sandbox.GetAsync(Sandbox.Path("nobody"));

        Assert.Equal(["110;w=10", "109", "10"], Limits(first));
        Assert.Equal(["110;w=10", "108", "8"], Limits(second));
    }

    [Fact]
    public async Task An_answer_that_is_not_the_providers_tells_no_limit()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions());

        using var response = await sandbox.PatchAsync("not json");

        Assert.Equal([null, null, null], Limits(response));
    }

    [Fact]
    public async Task The_providers_own_limit_is_a_remote_429()
    {
        await using var sandbox = await Sandbox.StartAsync(options: Limited(SandboxLimits.Off with { Provider = new(1, TenSeconds) }));
        await sandbox.PatchAsync("""{"name":"A"}""").JsonAsync();
        sandbox.Time.Advance(TimeSpan.FromSeconds(3));

        using var refused = await sandbox.PatchAsync("""{"name":"B"}""");

        var error = await refused.JsonAsync(HttpStatusCode.TooManyRequests);
        error.IsRemoteError(HttpStatusCode.TooManyRequests, "Too Many Requests");
        var insight = error.GetProperty("truto_error_insight").GetProperty("rate_limit_error");
        Assert.Equal(["description"], insight.Names(), StringComparer.Ordinal);
        Assert.Equal(["1;w=10", "0", "7"], Limits(refused));
        Assert.Equal("7", refused.Header("Retry-After"));
        Assert.Equal("A", sandbox.User.Name);
    }

    [Fact]
    public async Task Many_calls_at_once_get_no_more_than_the_limit()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions());

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => sandbox.GetAsync(Sandbox.Path()).StatusAsync()));

        Assert.Equal(50, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(150, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10_000_001, 10)]
    [InlineData(1, 0)]
    [InlineData(1, 0.5)]
    [InlineData(1, 1.5)]
    [InlineData(1, 86_401)]
    public void A_limit_out_of_range_cannot_be_made(int requests, double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SandboxRateLimit(requests, TimeSpan.FromSeconds(seconds)));

    private static SandboxOptions Limited(SandboxLimits limits) => new() { Limits = limits };

    private static string?[] Limits(HttpResponseMessage response) =>
        [response.Header("ratelimit-limit"), response.Header("ratelimit-remaining"), response.Header("ratelimit-reset")];
}
