using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Serving;

/// <summary>What a sender hears where its source says what it expects.</summary>
public sealed class AcknowledgementTests : IAsyncLifetime
{
    private readonly SourceFolder folder = new(
        ("silent", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }, "acknowledge": { "status": 204 },
            "handshake": [{ "when": { "type": "ping" }, "signed": "never", "status": 204 }]
            """)),
        ("reset", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }, "acknowledge": { "status": 205 }
            """)),
        ("wordy", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }, "acknowledge": { "status": 201, "contentType": "text/csv", "body": "a;b" }
            """)),
        ("contradiction", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }, "acknowledge": { "status": 204, "body": "a" },
            "handshake": [
              { "when": { "type": "ping" }, "status": 204, "text": "type" },
              { "when": { "type": "ping" }, "status": 205, "json": { "a": "type" } }
            ]
            """)));

    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerWorld World => world!;

    public async ValueTask InitializeAsync()
    {
        world = await ServerWorld.StartAsync(folder.Path, []);
        world.Truto.PutUser("5a17e000-0000-4000-8000-00000000f00d", new SandboxUser("1"));
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("silent", 204)]
    [InlineData("reset", 205)]
    public async Task A_status_that_allows_no_body_has_none(string source, int status)
    {
        var single = await PostAsync(source, """{"id":1,"email":"a@example.com"}""");
        World.Clock.Advance(TimeSpan.FromSeconds(1));
        var several = await PostAsync(source, """[{"id":1,"email":"b@example.com"},{"id":1}]""");
        var none = await PostAsync(source, "[]");

        Assert.All([single, several, none], answer => Assert.Equal((status, string.Empty), (answer.Status, answer.Body)));
        Assert.Equal(2, World.Truto.Calls.Total);
    }

    [Fact]
    public async Task A_failure_has_its_own_status_all_the_same()
    {
        (await PostAsync("silent", """{"id":2,"email":"a@example.com"}""")).AssertProblem(422, "not-found");

        var several = await PostAsync("silent", """[{"id":1,"email":"a@example.com"},{"id":2,"email":"a@example.com"}]""");
        Assert.Equal(207, several.Status);
        Assert.Equal(2, several.Json.GetArrayLength());
    }

    [Fact]
    public async Task A_handshake_may_be_answered_with_nothing()
    {
        var answer = await PostAsync("silent", """{"type":"ping"}""");

        Assert.Equal((204, string.Empty), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_body_that_a_sender_expects_is_what_it_hears()
    {
        var answer = await PostAsync("wordy", """{"id":1,"email":"a@example.com"}""");

        Assert.Equal((201, "text/csv", "a;b"), (answer.Status, answer.ContentType, answer.Body));
    }

    [Fact]
    public void A_body_under_a_status_that_allows_none_is_a_mistake()
    {
        var errors = World.Sources.Findings.Errors.OrderBy(error => error.Path, StringComparer.Ordinal).ToList();

        Assert.Equal(["$.acknowledge.body", "$.handshake[0].text", "$.handshake[1].json"], errors.Select(error => error.Path));
        Assert.All(errors, error => Assert.Contains("allows no body", error.Problem, StringComparison.Ordinal));
    }

    private Task<Answer> PostAsync(string source, string body) => World.PostAsync(source, body, Cancel);
}
