using UserSync.Receiving.Verification;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Sources;

public sealed class SourceMergeTests
{
    [Theory]
    [InlineData("""{ "id": "a", "type": "b" }""", """{ "type": "c", "user": "d" }""", """{"id":"a","type":"c","user":"d"}""")]
    [InlineData("""{ "events": { "format": "xml", "path": "a" } }""", """{ "events": { "path": "b" } }""", """{"events":{"path":"b"}}""")]
    [InlineData("""{ "id": ["a", "b"] }""", """{ "id": ["c"] }""", """{"id":["c"]}""")]
    [InlineData("""{ "when": { "type": "a" } }""", """{ "when": null }""", """{"when":null}""")]
    [InlineData("""{ "about": { "vendor": "A" }, "$schema": "x", "id": "a" }""", """{ "$schema": "y" }""", """{"id":"a","$schema":"y"}""")]
    [InlineData("""{ "verify": { "scheme": "hmac", "header": "A", "prefix": "p" } }""", """{ "verify": { "header": "B" } }""", """{"verify":{"scheme":"hmac","header":"B","prefix":"p"}}""")]
    [InlineData("""{ "verify": { "scheme": "hmac", "header": "A", "prefix": "p" } }""", """{ "verify": { "prefix": null } }""", """{"verify":{"scheme":"hmac","header":"A"}}""")]
    [InlineData("""{ "verify": { "scheme": "hmac", "timestamp": { "from": "a", "tolerance": 5 } } }""", """{ "verify": { "timestamp": { "from": "b" } } }""", """{"verify":{"scheme":"hmac","timestamp":{"from":"b"}}}""")]
    [InlineData("""{ "verify": { "scheme": "hmac", "header": "A" } }""", """{ "verify": { "scheme": "basic" } }""", """{"verify":{"scheme":"basic"}}""")]
    [InlineData("""{ "verify": { "scheme": "hmac", "header": "A" } }""", """{ "verify": null }""", """{"verify":null}""")]
    [InlineData("""{ "verify": { "scheme": "hmac", "header": "A" } }""", """{ "verify": "none" }""", """{"verify":"none"}""")]
    [InlineData("""{ "id": "a" }""", """{ "verify": { "header": "B" } }""", """{"id":"a","verify":{"header":"B"}}""")]
    public void A_sources_settings_lie_over_those_of_its_preset(string preset, string source, string expected) =>
        Assert.Equal(expected, SourceMerge.Merge(Json.Parse(preset), Json.Parse(source)).GetRawText());

    [Fact]
    public void A_source_may_change_one_member_of_its_presets_verify()
    {
        var source = TestSource.OfChanged("""{ "preset": "personio", "verify": { "prefix": "" } }""");

        Assert.Equal("personio", source.Preset!.ToString());
        Assert.IsAssignableFrom<ISigner>(source.Verifier);
    }

    [Fact]
    public void A_source_may_take_its_presets_filter_away()
    {
        const string Changes = """{ "preset": "workos", "verify": null, "map": { "email": "data.email" }, "user": "data.id" """;
        var preset = TestSource.OfChanged(Changes + "}");
        var json = System.Text.Json.Nodes.JsonNode.Parse(TestSource.With(Changes + "}"))!.AsObject();
        json["when"] = null;
        var free = TestSource.Of(json.ToJsonString());
        const string Body = """{ "event": "connection.activated", "data": {} }""";

        Assert.False(preset.Events.Takes(preset.EventIn(Body)));
        Assert.True(free.Events.Takes(free.EventIn(Body)));
    }

    [Fact]
    public void A_preset_is_not_changed_by_the_sources_that_build_on_it()
    {
        var before = Presets.Find("workos")!.Settings.GetRawText();

        TestSource.OfChanged("""{ "preset": "workos", "verify": { "prefix": "x" }, "id": "other" }""");

        Assert.Equal(before, Presets.Find("workos")!.Settings.GetRawText());
    }
}
