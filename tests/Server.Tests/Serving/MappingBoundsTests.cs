using System.Text;
using System.Text.Json;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Serving;

/// <summary>
/// Events at the edge of what can be mapped and sent: each ends in an answer that says what was wrong, and quotes nothing.
/// </summary>
public sealed class MappingBoundsTests : IAsyncLifetime
{
    private readonly SourceFolder folder = new(
        ("fields", Mapped("""{ "custom_fields": { "outer": { "inner": { "data": "data" } } } }""", """
            "verify": { "scheme": "none" }
            """)),
        ("map", Mapped("""{ "custom_fields": "data" }""", """
            "verify": { "scheme": "none" }
            """)),
        ("token", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }, "events": { "format": "jwt", "unwrap": ["data", "data.data"] }
            """)),
        ("key", SourceFolder.Minimal("""
            "preset": "onepagecrm", "secrets": ["key-secret"], "id": "id", "when": null
            """)),
        ("leak", Mapped("""{ "remote_data": "@" }""", """
            "preset": "onepagecrm", "secrets": ["key-secret"], "id": "id", "when": null
            """)));

    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerWorld World => world!;

    public async ValueTask InitializeAsync()
    {
        world = await ServerWorld.StartAsync(
            folder.Path, [KeyValuePair.Create("key-secret", "a-key")], KeyValuePair.Create("Receiving:MaxDepth", "200"));
        world.Truto.PutUser("5a17e000-0000-4000-8000-00000000f00d", new SandboxUser("1"));
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("fields", 60, 200)]
    [InlineData("fields", 63, 422)]
    [InlineData("fields", 198, 422)]
    [InlineData("map", 198, 422)]
    [InlineData("fields", 200, 422)]
    [InlineData("fields", 201, 400)]
    public async Task Values_may_be_nested_as_deep_as_Truto_takes_them(string source, int depth, int status)
    {
        var answer = await PostAsync(source, $$$"""{"id":1,"data":{"a":{{{Nested(depth - 2)}}}}}""");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_body_with_a_credential_may_be_nested_as_deep_as_any_other()
    {
        var answer = await PostAsync("key", $$"""{"secretkey":"a-key","id":1,"email":"a@example.com","data":{{Nested(150)}}}""");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_credential_in_the_body_is_no_part_of_the_event()
    {
        var answer = await PostAsync("leak", """{"secretkey":"a-key","id":1,"x":{"secretkey":"another"},"secretkey":"a-key"}""");

        Assert.Equal(200, answer.Status);
        AssertSent("""{"remote_data":{"id":1,"x":{"secretkey":"another"}}}""");
    }

    [Fact]
    public async Task Of_members_of_the_same_name_the_last_counts_however_deep_they_stand()
    {
        var answer = await PostAsync("map", """{"id":1,"data":{"a":{"b":0,"b":1},"a":{"x":[{"b":1,"b":{"y":1,"y":2}}]},"c":3}}""");

        Assert.Equal(200, answer.Status);
        AssertSent("""{"custom_fields":{"a":{"x":[{"b":{"y":2}}]},"c":3}}""");
    }

    [Fact]
    public async Task Names_of_members_are_not_quoted_where_something_is_wrong_with_them()
    {
        await PostAsync("map", """{"id":".","data":{"amelia.ortiz@example.com":{"a":1,"amelia":1,"amelia":2}}}""");

        Assert.DoesNotContain(World.Log.Lines, line => line.Contains("amelia", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"data\":\"null\"}")]
    [InlineData("{\"data\":\"{\\\"data\\\":\\\"no JSON\\\"}\"}")]
    public async Task Claims_of_any_shape_are_answered(string claims)
    {
        var answer = await PostAsync("token", $"e30.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.AA");

        Assert.InRange(answer.Status, 200, 499);
    }

    [Theory]
    [InlineData("\".\"")]
    [InlineData("\"..\"")]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public async Task An_id_that_no_user_can_have_is_422(string id) =>
        Assert.Equal(422, (await PostAsync("map", $$$"""{"id":{{{id}}},"data":{"a":1}}""")).Status);

    [Fact]
    public async Task An_id_that_is_longer_than_any_is_422() =>
        (await PostAsync("map", $$$"""{"id":"{{{new string('x', 100_000)}}}","data":{"a":1}}""")).AssertProblem(422, "cannot-be-sent");

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    /// <summary>A source with another mapping.</summary>
    private static string Mapped(string map, string rest) =>
        SourceFolder.Minimal(rest).Replace("{ \"email\": \"email\" }", map, StringComparison.Ordinal);

    private Task<Answer> PostAsync(string source, string body) => World.PostAsync(source, body, Cancel);

    /// <summary>Asserts what the last update said.</summary>
    private void AssertSent(string patch) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(patch), JsonElement.Parse(World.Truto.Calls.Last().Body!)));
}
