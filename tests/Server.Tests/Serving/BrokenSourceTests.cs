using Server.Tests.Support;
using UserSync.Configuration;

namespace Server.Tests.Serving;

/// <summary>A source that cannot be believed does not run, and says what is missing; the others do.</summary>
public sealed class BrokenSourceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_does_not_say_how_it_is_verified_does_not_run()
    {
        using var folder = new SourceFolder(
            ("silent", SourceFolder.Minimal("""
                "id": "id"
                """)),
            ("unsigned", SourceFolder.Minimal("""
                "verify": { "scheme": "none" }
                """)));
        await using var world = await ServerWorld.StartAsync(folder.Path, []);

        (await PostAsync(world, "silent")).AssertProblem(503, "source-not-ready");
        Assert.NotEqual(503, (await PostAsync(world, "unsigned")).Status);
        Assert.Equal(("$.verify", "nothing says how deliveries are verified"), Assert.Single(world.Sources.Findings.Errors.Select(Place)));
        Assert.Equal(
            ("$.verify", "deliveries are not verified: anybody who can reach this address can change users"),
            Assert.Single(world.Sources.Findings.Warnings.Select(Place)));
    }

    // n8n and Octokit accept what is not signed where no secret is set.
    [Theory]
    [InlineData("\"preset\": \"github\"")]
    [InlineData("\"preset\": \"github\", \"secrets\": []")]
    [InlineData("\"preset\": \"okta\", \"secrets\": null")]
    [InlineData("\"preset\": \"pipedrive\"")]
    [InlineData("\"preset\": \"wix\"")]
    [InlineData("\"preset\": \"cloudevents\"")]
    [InlineData("\"verify\": { \"scheme\": \"hmac\", \"header\": \"X-Signature\" }")]
    public async Task A_source_without_a_secret_does_not_run(string settings)
    {
        using var folder = new SourceFolder(("secretless", SourceFolder.Minimal(settings)));
        await using var world = await ServerWorld.StartAsync(folder.Path, []);

        (await PostAsync(world, "secretless")).AssertProblem(503, "source-not-ready");
        Assert.Equal(
            ("$.secrets", "no secret is named, so no delivery could be verified"),
            Assert.Single(world.Sources.Findings.Errors.Select(Place)));
    }

    [Fact]
    public async Task Health_is_unready_while_a_source_does_not_run()
    {
        using var folder = new SourceFolder(("broken", "{}"));
        await using var world = await ServerWorld.StartAsync(folder.Path, []);

        var answer = await world.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/health"), Cancel);

        Assert.Equal(503, answer.Status);
        Assert.Equal(("unready", 0, true), (
            answer.Json.GetProperty("status").GetString(), answer.Json.GetProperty("sources").GetInt32(), answer.Json.GetProperty("store").GetBoolean()));
    }

    [Fact]
    public async Task A_file_that_is_no_JSON_does_not_stop_the_others()
    {
        using var folder = new SourceFolder(
            ("torn", "{ \"preset\": "),
            ("unsigned", SourceFolder.Minimal("""
                "verify": { "scheme": "none" }
                """)));
        await using var world = await ServerWorld.StartAsync(folder.Path, []);

        Assert.NotEqual(503, (await PostAsync(world, "unsigned")).Status);
        (await PostAsync(world, "torn")).AssertProblem(503, "source-not-ready");
    }

    private static (string Path, string Problem) Place(Finding finding) => (finding.Path, finding.Problem);

    private static Task<Answer> PostAsync(ServerWorld world, string source) => world.PostAsync(source, "{}", Cancel);
}
