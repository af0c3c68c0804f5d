using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

public sealed class RecordAddressTests
{
    [Theory]
    [InlineData("""{ "path": "/users/{event.id}" }""", "https://directory.example.com/v1/users/815")]
    [InlineData("""{ "base": "https://directory.example.com", "path": "/{event.id}/" }""", "https://directory.example.com/815/")]
    [InlineData("""{ "base": "https://directory.example.com:8443/", "path": "/a/{event.id}.json" }""", "https://directory.example.com:8443/a/815.json")]
    [InlineData("""{ "path": "/tenants/{event.tenant}/users/{event.id}" }""", "https://directory.example.com/v1/tenants/acme/users/815")]
    [InlineData("""{ "path": "/users('{event.id}')" }""", "https://directory.example.com/v1/users('815')")]
    [InlineData("""{ "path": "/users/{event.target[?type=='User'].id | [0]}" }""", "https://directory.example.com/v1/users/7")]
    [InlineData("""{ "path": "/users/{event.{a: id}.a}" }""", "https://directory.example.com/v1/users/815")]
    [InlineData("""{ "path": "/users/{event.\"}\" || event.id}" }""", "https://directory.example.com/v1/users/815")]
    [InlineData("""{ "path": "/users/{event.\"a\\\"}\" || event.id}" }""", "https://directory.example.com/v1/users/815")]
    [InlineData("""{ "path": "/users/{event.id || '\"}'}" }""", "https://directory.example.com/v1/users/815")]
    [InlineData("""{ "path": "/users/{header:X-User}" }""", "https://directory.example.com/v1/users/h-1")]
    [InlineData("""{ "path": "/users/{event.email}" }""", "https://directory.example.com/v1/users/o%27brien%2Ba%40example.com")]
    [InlineData("""{ "path": "/users", "query": { "$select": "id,mail", "q": "{event.id}" } }""", "https://directory.example.com/v1/users?%24select=id%2Cmail&q=815")]
    [InlineData("""{ "path": "/users", "query": { "name": "{event.name}" } }""", "https://directory.example.com/v1/users?name=M%C3%BCller%20%26%20S%C3%B6hne%3D%23")]
    [InlineData("""{ "path": "/users", "query": { "filter": "id eq \"{event.id}\"" } }""", "https://directory.example.com/v1/users?filter=id%20eq%20%22815%22")]
    public void A_record_is_where_the_template_and_the_event_say(string fetch, string expected) => Assert.Equal(expected, AddressOf(fetch, """
        { "id": 815, "tenant": "acme", "email": "o'brien+a@example.com", "name": "Müller & Söhne=#", "target": [{ "type": "App", "id": 6 }, { "type": "User", "id": 7 }] }
        """).Address);

    [Theory]
    [InlineData("""{ }""", "fetch.path: the expression event.id gave null where an id is expected")]
    [InlineData("""{ "id": null }""", "fetch.path: the expression event.id gave null where an id is expected")]
    [InlineData("""{ "id": "" }""", "fetch.path: the expression event.id gave an empty text where an id is expected")]
    [InlineData("""{ "id": true }""", "fetch.path: the expression event.id gave a boolean where an id is expected")]
    [InlineData("""{ "id": ["a"] }""", "fetch.path: the expression event.id gave an array where an id is expected")]
    [InlineData("""{ "id": { "a": 1 } }""", "fetch.path: the expression event.id gave an object where an id is expected")]
    [InlineData("""{ "id": "." }""", "fetch.path: the expression event.id gave a dot segment, which would leave the path")]
    [InlineData("""{ "id": ".." }""", "fetch.path: the expression event.id gave a dot segment, which would leave the path")]
    [InlineData("""{ "id": "a/b" }""", "fetch.path: the expression event.id gave a text with a character that no id has in this place (U+002F)")]
    [InlineData("""{ "id": "a\r\nHost: evil" }""", "fetch.path: the expression event.id gave a text with a character that no id has in this place (U+000D)")]
    [InlineData("""{ "id": "a\ufffd" }""", "fetch.path: the expression event.id gave a text with a character that no id has in this place (U+FFFD)")]
    public void An_event_without_a_usable_id_is_refused_and_not_quoted(string change, string expected) => Assert.Equal(expected, AddressOf("{}", change).Problem);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void The_length_of_an_id_is_bounded(int length, bool isTaken) => Assert.Equal(
        isTaken ? null : "fetch.path: the expression event.id gave a text of more than 1024 characters where an id is expected",
        AddressOf("{}", $$"""{ "id": "{{new string('a', length)}}" }""").Problem);

    [Fact]
    public void The_length_of_an_address_is_bounded()
    {
        var name = new string('ü', 1000);

        var (_, problem) = AddressOf("""{ "query": { "name": "{event.name}" } }""", $$"""{ "id": "1", "name": "{{name}}" }""");

        Assert.Equal("fetch: the event's values make an address of more than 4096 characters", problem);
    }

    [Fact]
    public void A_dot_segment_is_one_also_where_only_a_part_of_it_is_from_the_event() => Assert.Equal(
        "fetch.path: the expression event.id gave a dot segment, which would leave the path",
        AddressOf("""{ "path": "/users/.{event.id}/a" }""", """{ "id": "." }""").Problem);

    [Theory]
    [InlineData("""{ "path": "/users('{event.id}')" }""", "a')/../admin('b")]
    [InlineData("""{ "path": "/users('{event.id}')" }""", "o'brien@example.com")]
    [InlineData("""{ "query": { "filter": "id eq '{event.id}'" } }""", "a' or '1' eq '1")]
    [InlineData("""{ "query": { "filter": "id eq \"{event.id}\"" } }""", "a\\\" or 1 eq 1")]
    [InlineData("""{ "query": { "sort": "a,{event.id}" } }""", "b,c")]
    public void A_value_in_a_language_of_its_own_cannot_end_the_text_that_it_stands_in(string fetch, string id) =>
        Assert.Contains("with a character that no id has in this place", AddressOf(fetch, $$"""{ "id": "{{id}}" }""").Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "query": { "email": "{event.id}" } }""", "a\\u0000b")]
    [InlineData("""{ "query": { "email": "{event.id}" } }""", "a\\nb")]
    public void A_query_takes_no_control_characters(string fetch, string id) =>
        Assert.StartsWith("fetch.path: the expression event.id gave a text", AddressOf(fetch, $$"""{ "id": "{{id}}" }""").Problem, StringComparison.Ordinal);

    [Fact]
    public void An_expression_that_cannot_be_evaluated_is_a_problem_and_no_exception() => Assert.Equal(
        "fetch.path: the expression length(event.id) cannot be evaluated over this event (invalid-type in length)",
        AddressOf("""{ "path": "/{length(event.id)}" }""", """{ "id": 5 }""").Problem);

    /// <summary>Whatever an event holds: the request goes below the base, into as many segments as the template has, or nowhere.</summary>
    [Fact]
    public void No_value_leaves_its_segment()
    {
        var source = TestFetch.Of("""{ "path": "/users/{event.id}/profile", "query": { "q": "{event.q}" } }""");
        var pieces = Gen.OneOf(
            Gen.OneOf("..", ".", "/", "\\", "%", "%2e", "%2F", "%5c", "@", ":", "//", "?", "#", "&", "=", ";", "\r\n", "\0", "[::1]", "evil.example.com", "．", "／", "Ü", "☂"),
            Gen.String[0, 5]);
        var texts = pieces.Array[0, 4].Select(string.Concat);
        var taken = 0;

        Gen.Select(texts, texts).Sample((id, q) =>
        {
            var data = JsonSerializer.SerializeToElement(new JsonObject { ["id"] = id, ["q"] = q });
            if (!source.Fetch!.TryLocate(Change(source, data), out var address, out var problem))
            {
                Assert.DoesNotContain("evil", problem.ToString(), StringComparison.Ordinal);
                return;
            }

            Interlocked.Increment(ref taken);
            Assert.Equal("https://directory.example.com", address.GetLeftPart(UriPartial.Authority));
            Assert.Equal(["/", "v1/", "users/", $"{Uri.EscapeDataString(id)}/", "profile"], address.Segments);
            Assert.Equal($"?q={Uri.EscapeDataString(q)}", address.Query);
            Assert.Equal(id, Uri.UnescapeDataString(address.Segments[3].TrimEnd('/')));
        }, iter: 20_000);

        Assert.True(taken > 100);
    }

    private static (string? Address, string? Problem) AddressOf(string fetch, string change)
    {
        var source = TestFetch.Of(fetch);
        return source.Fetch!.TryLocate(Change(source, Json.Parse(change)), out var address, out var problem) ? (address.AbsoluteUri, null) : (null, problem.ToString());
    }

    private static ChangeEvent Change(Source source, JsonElement data) =>
        source.Events.Change("test", data, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-User"] = "h-1" }, Now.Time);
}
