using System.Text;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Previews;
using UserSync.Tests.Support;

namespace UserSync.Tests.Previews;

public sealed class MappingTestFilesTests : IDisposable
{
    private const string Source = """
        {
          "verify": { "scheme": "none" }, "account": "0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05", "provider": "planhat",
          "events": { "path": "events" }, "id": "id", "type": "header:X-Type", "time": "at", "when": { "type": ["user.*"] }, "user": "user", "map": { "email": "email", "name": "name" }
        }
        """;

    private readonly Folder folder = new();

    public MappingTestFilesTests()
    {
        folder.With("people.json", Source);
        Directory.CreateDirectory(Path.Combine(folder.Path, "people.tests"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_source_without_tests_has_none() => Assert.Empty(MappingTestFiles.Read(folder.Path, "nobody", []));

    [Fact]
    public void A_delivery_becomes_an_entry_for_each_event()
    {
        var result = Run("""
            {
              "headers": { "X-Type": "user.updated" },
              "delivery": { "events": [{ "id": "e1", "at": "2025-12-31T23:59:58.5Z", "user": 42, "email": "a" }, { "id": "e2" }] },
              "expect": []
            }
            """);

        Assert.Equal(
            """
            [{"id":"e1","type":"user.updated","time":"2025-12-31T23:59:58.5Z","user":"42","patch":{"email":"a"}},
             {"id":"e2","type":"user.updated","time":"2026-01-01T00:00:00Z","failed":["user: the expression user gave null where the CRM user's id is expected"]}]
            """.ReplaceLineEndings("").Replace("}, {", "},{", StringComparison.Ordinal).Replace(" {", "{", StringComparison.Ordinal),
            result.Actual.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(["$[0]", "$[1]"], result.Differences.Select(difference => difference.Path));
    }

    [Fact]
    public void One_event_needs_no_delivery_around_it() => Assert.True(Run("""
        { "event": { "user": 42, "email": "a" }, "headers": { "x-type": "user.updated" }, "expect": [{ "user": "42", "patch": { "email": "a" } }] }
        """).IsPassed);

    [Fact]
    public void The_time_of_receipt_is_that_of_an_event_without_one() => Assert.True(Run("""
        { "event": { "id": "e", "user": 42, "email": "a" }, "headers": { "x-type": "user.updated" }, "receivedAt": "2024-02-29T12:00:00+02:00",
          "expect": [{ "time": "2024-02-29T10:00:00Z", "user": "42", "patch": { "email": "a" } }] }
        """).IsPassed);

    [Fact]
    public void What_the_source_does_not_take_is_skipped() => Assert.True(Run("""
        { "event": { "user": 42 }, "headers": { "X-Type": "group.updated" }, "expect": [{ "type": "group.updated", "skipped": "filtered" }] }
        """).IsPassed);

    [Fact]
    public void A_text_is_a_body_as_it_stands() => Assert.True(Run("""
        { "delivery": "{ not JSON", "expect": { "rejected": "the body is not JSON (line 1, byte 3)" } }
        """).IsPassed);

    [Theory]
    [InlineData("""[{ "id": "another", "user": "42", "patch": { "email": "a" } }]""", "$[0].id: \"another\" / \"e1\"")]
    [InlineData("""[{ "user": "42", "patch": { "email": "a", "name": "n" } }]""", "$[0].patch.name: \"n\" / nothing")]
    [InlineData("""[{ "user": "42" }]""", "$[0].patch: nothing / {\"email\":\"a\"}")]
    [InlineData("""[{ "skipped": "filtered" }]""", "$[0].skipped: \"filtered\" / nothing", "$[0].user: nothing / \"42\"", "$[0].patch: nothing / {\"email\":\"a\"}")]
    public void Everything_that_says_what_became_of_it_is_compared_and_the_rest_where_it_is_named(string expect, params string[] differences) => Assert.Equal(
        differences,
        Run($$"""{ "event": { "id": "e1", "user": 42, "email": "a" }, "headers": { "X-Type": "user.updated" }, "expect": {{expect}} }""")
            .Differences.Select(difference => $"{difference}: {difference.Expected ?? "nothing"} / {difference.Actual ?? "nothing"}"));

    [Theory]
    [InlineData("{", "people.tests/test.json $ (line 1, column 2): it is not JSON. Correct it where the line and column say.")]
    [InlineData("[]", "people.tests/test.json $: an array stands where an object is expected. *")]
    [InlineData("""{ "expect": [] }""", "people.tests/test.json $: it holds no delivery. Write the body of a delivery as \"delivery\", or one event of it as \"event\".")]
    [InlineData("""{ "delivery": {}, "event": {} }""", "people.tests/test.json $: it holds a delivery and an event. *")]
    [InlineData("""{ "delivery": {}, "expected": [] }""", "people.tests/test.json $.expected: \"expected\" is not a setting. Did you mean \"expect\"?")]
    [InlineData("""{ "delivery": {}, "receivedAt": "yesterday" }""", "people.tests/test.json $.receivedAt: it is not a time. Write a time such as 2026-01-01T00:00:00Z.")]
    [InlineData("""{ "delivery": {}, "headers": ["a"] }""", "people.tests/test.json $.headers: an array stands where an object is expected. Write { \"Name\": \"value\" }.")]
    [InlineData("""{ "delivery": {}, "headers": { "A": 1 } }""", "people.tests/test.json $.headers.A: a number stands where a text is expected. Write the header's value as a text.")]
    [InlineData("""{ "delivery": {}, "description": 1 }""", "people.tests/test.json $.description: a number stands where a text is expected. Write what the test is about.")]
    public void A_mistake_is_named_with_its_place_and_what_would_be_right(string file, string message)
    {
        folder.With("people.tests/test.json", file);
        var findings = new Findings();

        Assert.Empty(MappingTestFiles.Read(folder.Path, "people", findings));

        var found = Assert.Single(findings).ToString();
        Assert.Equal(message.TrimEnd('*').TrimEnd(), message.EndsWith('*') ? found[..message.TrimEnd('*').TrimEnd().Length] : found);
    }

    [Theory]
    [InlineData("{ \"delivery\": { \"events\": [] },\n  // of today\n  \"expect\": [1, { \"a\": \"]\" }] /* all */ }", "{ \"delivery\": { \"events\": [] },\n  // of today\n  \"expect\": [] /* all */ }")]
    [InlineData("{\n  \"delivery\": { \"expect\": 1, \"events\": [] }\n}\n", "{\n  \"delivery\": { \"expect\": 1, \"events\": [] },\n  \"expect\": []\n}\n")]
    [InlineData("{\n  \"delivery\": { \"events\": [] },\n}\n", "{\n  \"delivery\": { \"events\": [] },\n  \"expect\": []\n}\n")]
    [InlineData("{\n  \"delivery\": { \"events\": [] } ,\n}\n", "{\n  \"delivery\": { \"events\": [] } ,\n  \"expect\": []\n}\n")]
    [InlineData("{ \"delivery\": { \"events\": [] } /* a, b */ }", "{ \"delivery\": { \"events\": [] },\n  \"expect\": [] /* a, b */ }")]
    public async Task What_becomes_of_it_can_be_taken_for_what_is_expected_and_nothing_else_in_the_file_changes(string before, string after)
    {
        var result = Run(before);
        Assert.False(result.IsPassed);

        await MappingTestFiles.AcceptAsync(result, TestContext.Current.CancellationToken);

        Assert.Equal(after, await File.ReadAllTextAsync(result.Test.File, TestContext.Current.CancellationToken));
        Assert.True(Assert.Single(MappingTestFiles.Read(folder.Path, "people", [])).Run(folder.Load().Find("people")!).IsPassed);
    }

    [Fact]
    public void Tests_come_in_the_order_of_their_names_and_other_files_are_none()
    {
        foreach (var name in (string[])["b.json", "a.json", "c.json", "notes.txt"])
        {
            folder.With($"people.tests/{name}", """{ "delivery": {} }""");
        }

        Assert.Equal(
            ["a.json", "b.json", "c.json"],
            MappingTestFiles.Read(folder.Path, "people", []).Select(test => Path.GetFileName(test.File)));
    }

    [Fact]
    public void A_new_tests_file_says_what_it_is_about_and_what_was_given() => Assert.Equal(
        """
        {
          "description": "Ada left",
          "delivery": {
            "id": 1
          },
          "record": {
            "email": "a"
          },
          "expect": []
        }

        """,
        Encoding.UTF8.GetString(MappingTestFiles.Create(
            "Ada left",
            new Dictionary<string, string>(),
            JsonNode.Parse("""{ "id": 1 }""")!,
            JsonNode.Parse("""{ "email": "a" }"""),
            new JsonArray())));

    [Fact]
    public async Task A_new_test_passes_and_is_as_its_schema_says()
    {
        var delivery = JsonNode.Parse("""{ "events": [{ "id": "e1", "user": 42, "email": "é" }] }""")!;
        var headers = new Dictionary<string, string> { ["X-Type"] = "user.updated" };

        var file = MappingTestFiles.Create("A new address", headers, delivery, record: null, JsonNode.Parse("""[{ "user": "42", "patch": { "email": "é" } }]""")!);

        Assert.True(Run(Encoding.UTF8.GetString(file)).IsPassed);
        Assert.Contains("\"é\"", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.Empty(await Schemas.TestErrorsAsync(Encoding.UTF8.GetString(file)));
    }

    private MappingTestResult Run(string file)
    {
        folder.With("people.tests/test.json", file);
        var findings = new Findings();
        var test = Assert.Single(MappingTestFiles.Read(folder.Path, "people", findings));
        Assert.Empty(findings);
        return test.Run(folder.Load().Find("people")!);
    }
}
