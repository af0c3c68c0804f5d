using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.OpenApi;

/// <summary>
/// The description of the operator's requests is current, and all its examples are true. With <c>USERSYNC_UPDATE_DOCS=1</c> these tests
/// write both.
/// </summary>
public sealed partial class ApiDescriptionTests : IAsyncLifetime
{
    private const string Account = "5a17e000-0000-4000-8000-00000000f00d";

    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("USERSYNC_UPDATE_DOCS") == "1";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SourceFolder folder = new(("people", $$"""
        {
          "verify": { "scheme": "none" }, "reply": "wait", "account": "{{Account}}", "provider": "planhat",
          "id": "id", "type": "type", "time": "at", "user": "user", "map": { "email": "email", "name": "name" }
        }
        """));

    private ServerWorld world = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Nobody works on what is replayed, so that everything stands as the examples leave it.
        world = await ServerWorld.StartAsync(folder.Path, [], KeyValuePair.Create("Processing:Workers", "0"));
        world.Truto.PutUser(Account, new SandboxUser("42"));
        await world.PostAsync(
            "people", """{"id":"evt-1","type":"user.updated","at":"2025-12-31T23:59:58Z","user":"42","email":"ada@example.com","name":"Ada Lovelace"}""", Cancel);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.PostAsync("people", """{"id":"evt-2","type":"user.updated","at":"2025-12-31T23:59:59Z","email":"grace@example.com"}""", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_example_is_true()
    {
        var examples = ApiExamples.All.DeepClone().AsArray();
        foreach (var example in examples.OfType<JsonObject>())
        {
            var answer = await world.SendAsync(
                new HttpRequestMessage(new HttpMethod(example["method"]!.GetValue<string>()), example["address"]!.GetValue<string>()), Cancel);
            Assert.Equal((example["address"]!.GetValue<string>(), example["status"]!.GetValue<int>()), (example["address"]!.GetValue<string>(), answer.Status));
            var actual = JsonNode.Parse(Chance().Replace(answer.Body, match => match.Groups["trace"].Success ? string.Empty
                : match.Groups["id"].Success ? "\"5f1c2a7e9b3d4c6f8a0e1b2c3d4e5f60\""
                : match.Groups["time"].Success ? "\"2026-01-01T00:00:00.000Z\""
                : "\"milliseconds\":120"));
            if (!IsUpdate)
            {
                Assert.Equal(example["answer"]!.ToJsonString(Readable), actual!.ToJsonString(Readable));
            }

            example["answer"] = actual;
        }

        if (IsUpdate)
        {
            await File.WriteAllTextAsync(Place("tests", "Server.Tests", "OpenApi", "examples.json"), examples.ToJsonString(Readable) + "\n", Cancel);
        }
    }

    [Fact]
    public async Task The_description_is_what_the_routes_say()
    {
        var description = JsonNode.Parse(await RouteDescription.MakeAsync(folder.Path, Cancel))!.ToJsonString(Readable) + "\n";
        var document = Place("docs", "openapi.json");
        if (IsUpdate)
        {
            await File.WriteAllTextAsync(document, description, Cancel);
        }

        Assert.Equal((await File.ReadAllTextAsync(document, Cancel)).ReplaceLineEndings("\n"), description);
    }

    [Fact]
    public async Task The_server_serves_the_description_as_it_was_built()
    {
        var answer = await world.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/openapi.json"), Cancel);
        Assert.Equal((200, "application/json; charset=utf-8"), (answer.Status, answer.ContentType));
        Assert.Equal(await File.ReadAllTextAsync(Place("docs", "openapi.json"), Cancel), answer.Body);
    }

    [Fact]
    public async Task Every_request_has_an_example_of_each_answer_and_every_member_a_description()
    {
        var description = (await world.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/openapi.json"), Cancel)).Json;

        var operations = description.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();
        Assert.Equal(
            ["findEvent", "health", "listEvents", "replayEvent", "replayEvents"],
            operations.Select(operation => operation.Value.GetProperty("operationId").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(operations.SelectMany(operation => operation.Value.GetProperty("responses").EnumerateObject()), response => Assert.True(
            response.Name == "503" || response.Value.GetProperty("content").EnumerateObject().Single().Value.TryGetProperty("examples", out _), response.Value.GetRawText()));
        Assert.All(
            description.GetProperty("components").GetProperty("schemas").EnumerateObject().Where(schema => schema.Value.TryGetProperty("properties", out _))
                .SelectMany(schema => schema.Value.GetProperty("properties").EnumerateObject().Select(member => (schema.Name, member))),
            member => Assert.True(
                member.member.Value.TryGetProperty("description", out _) || member.member.Value.GetRawText().Contains("$ref", StringComparison.Ordinal),
                $"{member.Name}.{member.member.Name} is not described."));
    }

    /// <summary>What is different each time: ids, durations, Truto's own times, and traces, which are there only where somebody listens.</summary>
    [GeneratedRegex("""(?<trace>,"trace":"[^"]+")|(?<id>"[0-9a-f]{32}")|(?<time>"20(?!25-12-31|26-01-01)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")|"milliseconds":[0-9]+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Chance();

    private static string Place(params string[] path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Functions.sln")))
        {
            root = root.Parent!;
        }

        return Path.Combine([root.FullName, .. path]);
    }
}
