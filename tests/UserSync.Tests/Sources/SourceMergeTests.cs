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
    [InlineData("""{ "fetch": { "base": "a", "path": "b" } }""", """{ "id": "c" }""", """{"id":"c"}""")]
    [InlineData("""{ "fetch": { "base": "a", "path": "b" } }""", """{ "fetch": null }""", """{"fetch":null}""")]
    [InlineData("""{ "fetch": { "base": "a", "path": "b" } }""", """{ "fetch": {} }""", """{"fetch":{"base":"a","path":"b"}}""")]
    [InlineData("""{ "fetch": { "base": "a", "path": "b", "time": "c" } }""", """{ "fetch": { "base": "d", "time": null } }""", """{"fetch":{"base":"d","path":"b"}}""")]
    [InlineData("""{ "fetch": { "query": { "a": "1", "b": "2" } } }""", """{ "fetch": { "query": { "a": "3", "b": null, "c": "4" } } }""", """{"fetch":{"query":{"a":"3","c":"4"}}}""")]
    [InlineData("""{ "fetch": { "headers": { "A": "1" } } }""", """{ "fetch": { "headers": { "B": "2" } } }""", """{"fetch":{"headers":{"A":"1","B":"2"}}}""")]
    [InlineData("""{ "fetch": { "body": { "a": 1, "b": 2 } } }""", """{ "fetch": { "body": { "a": 3 } } }""", """{"fetch":{"body":{"a":3}}}""")]
    [InlineData("""{ "fetch": { "gone": { "is_active": false } } }""", """{ "fetch": { "gone": { "name": "x" } } }""", """{"fetch":{"gone":{"name":"x"}}}""")]
    [InlineData("""{ "fetch": { "auth": { "scheme": "oauth2", "scope": "a" } } }""", """{ "fetch": { "auth": { "secret": "b", "scope": "c" } } }""", """{"fetch":{"auth":{"scheme":"oauth2","scope":"c","secret":"b"}}}""")]
    [InlineData("""{ "fetch": { "auth": { "scheme": "oauth2", "scope": "a" } } }""", """{ "fetch": { "auth": { "scheme": "bearer", "secret": "b" } } }""", """{"fetch":{"auth":{"scheme":"bearer","secret":"b"}}}""")]
    [InlineData("""{ "fetch": { "base": "a" } }""", """{ "fetch": "b" }""", """{"fetch":"b"}""")]
    [InlineData("""{ "id": "a" }""", """{ "fetch": { "base": "b" } }""", """{"id":"a","fetch":{"base":"b"}}""")]
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
    public void A_presets_fetch_counts_only_for_a_source_that_fetches()
    {
        var plain = TestSource.OfChanged("""{ "preset": "okta", "verify": null, "user": "target[0].id", "map": { "email": "target[0].alternateId" } }""");
        var fetching = TestSource.OfChanged("""
            { "preset": "okta", "verify": null, "user": "record.id", "map": { "email": "record.profile.email" }, "fetch": { "base": "https://acme.okta.com", "auth": { "secret": "okta" } } }
            """);

        Assert.Null(plain.Fetch);
        Assert.Equal("42", plain.Map(plain.EventIn("""{ "data": { "events": { "target": [{ "id": 42 }] } } }""")).UserId);
        Assert.True(fetching.Fetch!.TryLocate(fetching.EventIn("""{ "data": { "events": { "target": [{ "type": "App", "id": 1 }, { "type": "User", "id": "00u" }] } } }"""), out var address, out _));
        Assert.Equal("https://acme.okta.com/api/v1/users/00u", address.AbsoluteUri);
    }

    [Fact]
    public void A_preset_is_not_changed_by_the_sources_that_build_on_it()
    {
        var before = Presets.Find("workos")!.Settings.GetRawText();

        TestSource.OfChanged("""{ "preset": "workos", "verify": { "prefix": "x" }, "id": "other" }""");

        Assert.Equal(before, Presets.Find("workos")!.Settings.GetRawText());
    }
}
