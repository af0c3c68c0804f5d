using Server.Tests.Support;

namespace Server.Tests.Serving;

/// <summary>Who may see events and replay them.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly SourceFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Routes() => new()
    {
        { "GET", "/api/events" },
        { "GET", "/api/events/workos/1" },
        { "POST", "/api/events/workos/1/replay" },
        { "POST", "/api/events/replay?status=failed" },
    };

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Routes))]
    public async Task Where_there_is_a_key_nobody_gets_in_without_it(string method, string path)
    {
        await using var world = await ServerWorld.StartAsync(folder.Path, [KeyValuePair.Create("operator-key", "open sesame")]);

        (await SendAsync(world, method, path)).AssertProblem(401, "not-the-operator");
        (await SendAsync(world, method, path, ("x-functions-key", "open sesam"))).AssertProblem(401, "not-the-operator");
        (await SendAsync(world, method, path, ("x-functions-key", ""))).AssertProblem(401, "not-the-operator");
        Assert.NotEqual(401, (await SendAsync(world, method, path, ("x-functions-key", "open sesame"))).Status);
    }

    [Fact]
    public async Task Every_value_of_a_key_that_is_being_rotated_opens()
    {
        await using var world = await ServerWorld.StartAsync(
            folder.Path, [], KeyValuePair.Create("Secrets:operator-key:0", "new"), KeyValuePair.Create("Secrets:operator-key:1", "old"));

        Assert.Equal(200, (await SendAsync(world, "GET", "/api/events", ("x-functions-key", "new"))).Status);
        Assert.Equal(200, (await SendAsync(world, "GET", "/api/events", ("x-functions-key", "old"))).Status);
    }

    [Fact]
    public async Task Without_a_key_only_this_machine_gets_in()
    {
        await using var here = await ServerWorld.StartAsync(folder.Path, []);
        await using var everywhere = await ServerWorld.StartAsync(folder.Path, [], KeyValuePair.Create("urls", "http://0.0.0.0:0"));

        Assert.Equal(200, (await SendAsync(here, "GET", "/api/events")).Status);
        (await SendAsync(everywhere, "GET", "/api/events")).AssertProblem(403, "no-operator-key");
    }

    [Theory]
    [InlineData("Host", "rebound.example.com")]
    [InlineData("Origin", "https://example.com")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Without_a_key_a_page_in_the_operators_browser_does_not_get_in(string header, string value)
    {
        await using var world = await ServerWorld.StartAsync(folder.Path, []);

        (await SendAsync(world, "POST", "/api/events/replay?status=failed", (header, value))).AssertProblem(403, "no-operator-key");
    }

    [Fact]
    public async Task Health_tells_details_to_the_operator_only()
    {
        await using var world = await ServerWorld.StartAsync(folder.Path, [KeyValuePair.Create("operator-key", "open sesame")]);

        Assert.Equal("""{"status":"ready"}""", (await SendAsync(world, "GET", "/api/health")).Body);
        Assert.True((await SendAsync(world, "GET", "/api/health", ("x-functions-key", "open sesame"))).Json.TryGetProperty("queue", out _));
    }

    private static Task<Answer> SendAsync(ServerWorld world, string method, string path, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return world.SendAsync(request, Cancel);
    }
}
