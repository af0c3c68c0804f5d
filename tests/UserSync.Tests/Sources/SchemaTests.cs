using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Truto.Crm;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Sources;

public sealed partial class SchemaTests
{
    private const string Nobody = "qqqqqqqqqq";

    /// <summary>Each object of a source's file: what it is called in the schema, and a source with an unknown member in it.</summary>
    private static readonly (string Pointer, string Changes)[] Objects =
    [
        ("", $$"""{ "{{Nobody}}": 1 }"""),
        ("definitions/map", $$"""{ "map": { "email": "email", "{{Nobody}}": "a" } }"""),
        ("definitions/fromRule+constantRule", $$"""{ "map": { "email": { "from": "email", "{{Nobody}}": 1 } } }"""),
        ("definitions/fromRule+constantRule", $$"""{ "map": { "remote_data": { "a": { "from": "email", "{{Nobody}}": 1 } } } }"""),
        ("definitions/truto", $$"""{ "truto": { "{{Nobody}}": 1 } }"""),
        ("definitions/verifyHmac", $$"""{ "verify": { "scheme": "hmac", "header": "X-Signature", "{{Nobody}}": 1 } }"""),
        ("definitions/verifyToken", $$"""{ "verify": { "scheme": "token", "name": "X-Token", "{{Nobody}}": 1 } }"""),
        ("definitions/verifyBasic", $$"""{ "verify": { "scheme": "basic", "{{Nobody}}": 1 } }"""),
        ("definitions/verifyJwt", $$"""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "{{Nobody}}": 1 } }"""),
        ("definitions/verifySignature", $$"""{ "verify": { "scheme": "signature", "algorithm": "ed25519", "header": "X-Signature", "{{Nobody}}": 1 } }"""),
        ("definitions/verifyDigest", $$"""{ "verify": { "scheme": "digest", "header": "X-Digest", "content": "{secret}{body}", "{{Nobody}}": 1 } }"""),
        ("definitions/verifySeveral", $$"""{ "verify": { "scheme": "any", "of": [{ "scheme": "basic" }], "{{Nobody}}": 1 } }"""),
        ("definitions/verifyNone", $$"""{ "verify": { "scheme": "none", "{{Nobody}}": 1 } }"""),
        ("definitions/timestamp", $$"""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{header:T}{body}", "timestamp": { "from": "header:T", "{{Nobody}}": 1 } } }"""),
        ("definitions/handshake", $$"""{ "handshake": { "when": { "type": "ping" }, "{{Nobody}}": 1 } }"""),
        ("definitions/replyValue/anyOf/1", $$"""{ "handshake": { "when": { "type": "ping" }, "text": { "hmac": "a", "{{Nobody}}": 1 } } }"""),
        ("definitions/acknowledge", $$"""{ "acknowledge": { "{{Nobody}}": 1 } }"""),
        ("definitions/events", $$"""{ "events": { "{{Nobody}}": 1 } }"""),
        ("definitions/when/anyOf/1", $$"""{ "when": { "{{Nobody}}": 1 } }"""),
        ("definitions/fetch", TestFetch.Changes($$"""{ "{{Nobody}}": 1 }""")),
        ("definitions/gone/anyOf/1", TestFetch.Changes($$"""{ "gone": { "{{Nobody}}": 1 } }""")),
        ("definitions/fetchPlain", TestFetch.Changes($$"""{ "auth": { "scheme": "basic", "secret": "a", "{{Nobody}}": 1 } }""")),
        ("definitions/fetchHeader", TestFetch.Changes($$"""{ "auth": { "scheme": "header", "secret": "a", "name": "X", "{{Nobody}}": 1 } }""")),
        ("definitions/fetchOauth2", TestFetch.Changes($$"""{ "auth": { "scheme": "oauth2", "{{Nobody}}": 1 } }""")),
        ("definitions/fetchGoogle", TestFetch.Changes($$"""{ "auth": { "scheme": "google", "{{Nobody}}": 1 } }""")),
        ("definitions/fetchNone", TestFetch.Changes($$"""{ "auth": { "scheme": "none", "{{Nobody}}": 1 } }""")),
    ];

    /// <summary>Each setting that is one of some words: where the schema has the words, and a source with another one.</summary>
    private static readonly (string Pointer, string Changes)[] Words =
    [
        ("properties/reply", $$"""{ "reply": "{{Nobody}}" }"""),
        ("properties/provider", $$"""{ "provider": "{{Nobody}}" }"""),
        ("definitions/refuse", $$"""{ "refuse": "{{Nobody}}" }"""),
        ("definitions/format", $$"""{ "events": { "format": "{{Nobody}}" } }"""),
        ("definitions/fromRule/properties/null", $$"""{ "map": { "email": { "from": "a", "null": "{{Nobody}}" } } }"""),
        ("definitions/truto/properties/responseFormat", $$"""{ "truto": { "responseFormat": "{{Nobody}}" } }"""),
        ("definitions/signatureEncoding", $$"""{ "verify": { "scheme": "hmac", "header": "X-Signature", "encoding": "{{Nobody}}" } }"""),
        ("definitions/keyEncoding", $$"""{ "verify": { "scheme": "hmac", "header": "X-Signature", "keyEncoding": "{{Nobody}}" } }"""),
        ("definitions/verifyHmac/properties/algorithm", $$"""{ "verify": { "scheme": "hmac", "header": "X-Signature", "algorithm": "{{Nobody}}" } }"""),
        ("definitions/verifySignature/properties/algorithm", $$"""{ "verify": { "scheme": "signature", "header": "X-Signature", "algorithm": "{{Nobody}}" } }"""),
        ("definitions/timestamp/properties/format", $$"""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{header:T}{body}", "timestamp": { "from": "header:T", "format": "{{Nobody}}" } } }"""),
        ("definitions/verifyToken/properties/in", $$"""{ "verify": { "scheme": "token", "name": "X-Token", "in": "{{Nobody}}" } }"""),
        ("definitions/jwtIn", $$"""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "in": "{{Nobody}}" } }"""),
        ("definitions/jwtExpiry", $$"""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "expiry": "{{Nobody}}" } }"""),
        ("definitions/jwtAlgorithm", $$"""{ "verify": { "scheme": "jwt", "algorithms": "{{Nobody}}" } }"""),
        ("definitions/handshake/properties/method", $$"""{ "handshake": { "when": { "type": "ping" }, "method": "{{Nobody}}" } }"""),
        ("definitions/gone/anyOf/0", TestFetch.Changes($$"""{ "gone": "{{Nobody}}" }""")),
        ("definitions/fetchCredentials", TestFetch.Changes($$"""{ "auth": { "scheme": "oauth2", "credentials": "{{Nobody}}" } }""")),
        ("definitions/handshake/properties/signed", $$"""{ "handshake": { "when": { "type": "ping" }, "signed": "{{Nobody}}" } }"""),
    ];

    public static TheoryData<string> AllPresets => [.. Shipped.Presets.Select(path => Path.GetFileName(path))];

    public static TheoryData<string> AllSources => [.. Shipped.Sources.Select(path => Path.GetRelativePath(AppContext.BaseDirectory, path))];

    public static TheoryData<string> Wrong => [.. WrongSources.All.Select(wrong => wrong.Changes)];

    public static TheoryData<string, string> AllObjects => new(Objects.Select(item => (item.Pointer, item.Changes)));

    public static TheoryData<string, string> AllWords => new(Words.Select(item => (item.Pointer, item.Changes)));

    [Theory]
    [MemberData(nameof(AllPresets))]
    public async Task A_shipped_preset_validates(string file)
    {
        var path = Shipped.Presets.Single(path => Path.GetFileName(path) == file);

        Assert.Empty(await Schemas.PresetErrorsAsync(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [MemberData(nameof(AllSources))]
    public async Task A_shipped_source_validates(string file)
    {
        var json = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, file), TestContext.Current.CancellationToken);

        Assert.Empty(await Schemas.SourceErrorsAsync(json));
    }

    [Fact]
    public void The_files_that_ship_are_found()
    {
        Assert.Equal(Presets.All.Count(), Shipped.Presets.Count());
        Assert.True(Shipped.Sources.Count() >= 6);
    }

    [Fact]
    public void The_schema_offers_every_preset_and_no_other() => Assert.Equal(
        Presets.All.Select(preset => preset.Name),
        Enum("properties/preset").Order(StringComparer.Ordinal));

    [Fact]
    public void The_schema_offers_every_provider_and_no_other() => Assert.Equal(
        CrmUserSupport.Current.Providers.Select(provider => provider.Name),
        Enum("properties/provider").Order(StringComparer.Ordinal));

    [Fact]
    public void The_schema_offers_every_scheme_and_no_other()
    {
        var offered = Schemas.Find("definitions/verify/anyOf")!.AsArray()
            .Select(scheme => scheme!["$ref"]!.GetValue<string>()["#/".Length..])
            .SelectMany(definition => Enum($"{definition}/properties/scheme"));

        Assert.Equal(Known($$"""{ "verify": { "scheme": "{{Nobody}}" } }"""), offered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_schema_offers_every_scheme_of_fetching_and_no_other()
    {
        var offered = Schemas.Find("definitions/fetchAuth/anyOf")!.AsArray()
            .Select(scheme => scheme!["$ref"]!.GetValue<string>()["#/".Length..])
            .SelectMany(definition => Enum($"{definition}/properties/scheme"));

        Assert.Equal(Known(TestFetch.Changes($$"""{ "auth": { "scheme": "{{Nobody}}" } }""")), offered.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllObjects))]
    public void The_schema_has_every_setting_that_the_loader_knows_and_no_other(string pointer, string changes) => Assert.Equal(
        Known(changes),
        pointer.Split('+').Select((part, index) => index == 0 ? part : $"definitions/{part}").SelectMany(Properties).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AllWords))]
    public void The_schema_has_every_word_that_the_loader_knows_and_no_other(string pointer, string changes) =>
        Assert.Equal(Known(changes), Enum(pointer).Order(StringComparer.Ordinal));

    [Fact]
    public void What_changes_a_presets_verify_is_what_any_scheme_has() => Assert.Equal(
        Objects.Where(item => item.Pointer.StartsWith("definitions/verify", StringComparison.Ordinal))
            .SelectMany(item => Properties(item.Pointer)).Where(name => name != "scheme").Distinct().Order(StringComparer.Ordinal),
        Properties("definitions/verifyChanges").Order(StringComparer.Ordinal));

    [Fact]
    public void What_changes_a_presets_auth_is_what_any_scheme_has() => Assert.Equal(
        Objects.Where(item => item.Pointer.StartsWith("definitions/fetch", StringComparison.Ordinal) && item.Pointer != "definitions/fetch")
            .SelectMany(item => Properties(item.Pointer)).Where(name => name != "scheme").Distinct().Order(StringComparer.Ordinal),
        Properties("definitions/fetchAuthChanges").Order(StringComparer.Ordinal));

    [Fact]
    public void A_preset_has_only_what_a_source_can_override() => Assert.Empty(
        Schemas.Preset["properties"]!.AsObject().Select(property => property.Key).Except([.. Properties(""), "about"]));

    [Fact]
    public void Every_setting_of_both_schemas_is_described()
    {
        var undescribed = Schemas.Settings(Schemas.Source).Concat(Schemas.Settings(Schemas.Preset))
            .Where(setting => Schemas.Description(setting.Schema) is not { Length: > 10 })
            .Select(setting => setting.Path);

        Assert.Empty(undescribed);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_the_loader_reports_the_schema_refuses_unless_it_cannot_know(string changes)
    {
        var wrong = WrongSources.All.Single(wrong => wrong.Changes == changes);

        var errors = await Schemas.SourceErrorsAsync(wrong.Json);

        Assert.Equal(wrong.IsBeyondSchema, errors.Count == 0);
    }

    [Theory]
    [InlineData("""{ "verify": { "scheme": "basic" } }""")]
    [InlineData("""{ "about": { "vendor": "A", "secret": "B", "carries": "only an id" } }""")]
    [InlineData("""{ "about": { "vendor": "A", "secret": "B", "carries": "much" }, "verify": { "scheme": "basic" } }""")]
    [InlineData("""{ "about": { "vendor": "A", "secret": "B", "carries": "only an id", "since": 2020 }, "verify": { "scheme": "basic" } }""")]
    [InlineData("""{ "about": { "vendor": "A", "secret": "B", "carries": "only an id" }, "verify": { "prefix": "v1=" } }""")]
    [InlineData("""{ "about": { "vendor": "A", "secret": "B", "carries": "only an id" }, "verify": { "scheme": "basic" }, "map": { "email": "a" } }""")]
    public async Task A_wrong_preset_is_refused(string json) => Assert.NotEmpty(await Schemas.PresetErrorsAsync(json));

    [Theory]
    [InlineData("""{ "preset": "workos", "verify": { "prefix": null, "timestamp": null, "algorithm": null } }""")]
    [InlineData("""{ "preset": "workos", "handshake": null, "acknowledge": null, "refuse": null, "events": null, "id": null, "type": null, "time": null, "when": null }""")]
    [InlineData("""{ "map": { "custom_fields": { "from": { "from": "a" }, "b": { "c": { "value": null } } } } }""")]
    [InlineData("""{ "map": { "email": { "from": "a", "values": { "1": null }, "default": null, "null": "send" }, "remote_data": "data" } }""")]
    [InlineData("""{ "verify": { "scheme": "any", "of": { "scheme": "all", "of": [{ "scheme": "basic", "secrets": ["a", "b"] }] } } }""")]
    [InlineData("""{ "handshake": { "when": { "header:X": true, "b": ["c"] }, "json": { "a": { "hmac": "b" } }, "headers": { "X-A": "'b'" } } }""")]
    [InlineData("""{ "preset": "okta", "user": "record.id", "map": { "email": "record.email" }, "fetch": { "base": "https://acme.okta.com/", "auth": { "secret": "a" } } }""")]
    [InlineData("""{ "preset": "okta", "fetch": null }""")]
    [InlineData("""
        {
          "preset": "microsoft-graph", "user": "record.id", "map": { "email": "record.mail" },
          "fetch": {
            "query": { "$select": null, "a": "b{event.id}" }, "headers": { "X-A": "b" }, "deleted": "record.a", "gone": { "is_active": false, "custom_fields": { "a": null } },
            "auth": { "scope": null, "tokenUrl": "https://login.example.com/token/", "client": "c", "secret": "a", "parameters": { "a": "b" }, "credentials": "header" }
          }
        }
        """)]
    [InlineData("""
        {
          "user": "event.id", "map": { "email": "record.mail" },
          "fetch": { "base": "http://127.0.0.1:80", "path": "/{event.id}/", "body": {}, "auth": { "scheme": "basic", "secret": "a" }, "time": "record.a", "gone": "fail", "allowPrivateAddresses": true }
        }
        """)]
    [InlineData("""{ "handshake": [], "events": { "format": ["form", "json"], "path": ["a", "@"] }, "id": ["a", "header:B"], "when": { "type": "a", "is": "b" } }""")]
    public async Task What_the_loader_takes_the_schema_takes(string changes)
    {
        Assert.Empty(TestSource.Read(TestSource.With(changes)).Findings.Errors);
        Assert.Empty(await Schemas.SourceErrorsAsync(WithNulls(changes)));
    }

    /// <summary>The good source with changes, of which null is one.</summary>
    private static string WithNulls(string changes)
    {
        var source = JsonNode.Parse(TestSource.Good)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
        {
            source[name] = value?.DeepClone();
        }

        return source.ToJsonString();
    }

    private static IEnumerable<string> Enum(string pointer) => Schemas.Find(pointer)!["enum"]!.AsArray().Select(word => word!.GetValue<string>());

    private static IEnumerable<string> Properties(string pointer) => Schemas.Find(pointer)!["properties"]!.AsObject().Select(property => property.Key);

    /// <summary>What the loader says that it knows, when it is asked about something that it does not.</summary>
    private static IEnumerable<string> Known(string changes)
    {
        var finding = TestSource.Read(TestSource.With(changes)).Findings.Single(finding => finding.Problem.Contains(Nobody, StringComparison.Ordinal));
        var words = Listing().Match(finding.Remedy).Groups["words"].Value;
        return words.Replace(" or ", ", ", StringComparison.Ordinal).Split(", ").Order(StringComparer.Ordinal);
    }

    [GeneratedRegex("(known here: |, out of |^Write (?!the))(?<words>[^:]+)$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Listing();
}
