using System.Text.Json.Nodes;
using CsCheck;
using Truto.Crm;
using UserSync.Fetching;
using UserSync.Receiving;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Sources;

public sealed class SourceReaderTests
{
    public static TheoryData<string> AllPresets => [.. Presets.All.Select(preset => preset.Name)];

    [Fact]
    public void A_source_has_what_its_file_says()
    {
        var source = TestSource.OfChanged("""
            {
              "$schema": "x", "description": "y", "secrets": ["new", "old"], "publicUrl": " https://hooks.example.com:443/in ", "refuse": "security-event",
              "truto": { "token": "my-token", "responseFormat": "raw", "ignoreRemoteData": true, "sendUnchanged": false, "excludeFields": ["id", "name"], "remoteQuery": { "a": { "b": 1 } } },
              "acknowledge": { "status": 202, "contentType": "text/xml", "body": "<ok/>" }
            }
            """);

        Assert.Equal(["new", "old", "my-token"], source.Secrets);
        Assert.Equal("https://hooks.example.com:443/in", source.PublicUrl!.OriginalString);
        Assert.Equal((RefusalFormat.SecurityEvent, ReplyMode.Wait), (source.Refusal, source.Reply));
        Assert.Equal((TestSource.Account, "my-token", CrmUserFormat.Raw, true), (source.Truto.Account, source.Truto.TokenSecret, source.Truto.ResponseFormat, source.Truto.IgnoreRemoteData));
        Assert.False(source.Truto.SendUnchanged);
        Assert.Equal(["id", "name"], source.Truto.ExcludeFields);
        Assert.Equal("""{"a":{"b":1}}""", source.Truto.RemoteQuery!.ToJsonString());
        Assert.Equal((202, "text/xml", "<ok/>"), (source.Acknowledgement.Status, source.Acknowledgement.ContentType, System.Text.Encoding.UTF8.GetString(source.Acknowledgement.Body!)));
        Assert.Null(source.Preset);
    }

    [Fact]
    public void A_source_that_does_not_say_when_it_is_answered_is_answered_once_its_events_are_on_the_queue() =>
        Assert.Equal(ReplyMode.Queue, TestSource.OfChanged("""{ "reply": null }""").Reply);

    [Fact]
    public void What_a_file_does_not_say_has_its_default()
    {
        var source = TestSource.Of(TestSource.Good);

        Assert.Equal((TrutoTarget.DefaultTokenSecret, CrmUserFormat.Unified, null), (source.Truto.TokenSecret, source.Truto.ResponseFormat, source.Truto.IgnoreRemoteData));
        Assert.Null(source.Truto.SendUnchanged);
        Assert.Empty(source.Truto.ExcludeFields);
        Assert.Null(source.Truto.RemoteQuery);
        Assert.Equal((200, null), (source.Acknowledgement.Status, source.Acknowledgement.Body));
        Assert.Equal(RefusalFormat.Problem, source.Refusal);
        Assert.Empty(source.Handshakes);
        Assert.Null(source.PublicUrl);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{ "status": 202 }""", false)]
    [InlineData("""{ "status": 204 }""", true)]
    [InlineData("""{ "body": "" }""", true)]
    [InlineData("""{ "status": 202, "body": "ok" }""", true)]
    public void An_answer_is_exact_where_a_body_or_none_is_expected(string acknowledge, bool isExact) =>
        Assert.Equal(isExact, TestSource.OfChanged($$"""{ "acknowledge": {{acknowledge}} }""").Acknowledgement.IsExact);

    [Fact]
    public void A_source_that_fetches_needs_the_secret_for_it_and_keeps_the_headers_that_it_reads()
    {
        var source = TestFetch.Of("""{ "path": "/users/{header:X-User}" }""");

        Assert.Equal(["signing-secret", TrutoTarget.DefaultTokenSecret, "directory-secret"], source.Secrets);
        Assert.Equal("h-1", source.EventIn("{}", ("X-User", "h-1"), ("X-Other", "o")).Headers!["x-user"]);
    }

    [Fact]
    public void An_event_whose_record_is_gone_says_what_the_source_says_for_that()
    {
        var source = TestFetch.Of("""{ "gone": { "is_active": false } }""", """{ "user": "event.id", "map": { "is_active": "record.active" } }""");
        var change = source.EventIn("""{ "id": "5" }""");

        var known = source.Map(change with { Record = new FetchedRecord(Json.Parse("""{ "active": true }"""), Now.Time) });
        var gone = source.Map(change with { Record = new FetchedRecord(default, Now.Time, IsGone: true) });

        Assert.True(Assert.Single(known.Patch.Fields).Value.GetBoolean());
        Assert.False(Assert.Single(gone.Patch.Fields).Value.GetBoolean());
    }

    [Theory]
    [MemberData(nameof(AllPresets))]
    public void Every_preset_makes_a_source_without_an_error(string preset)
    {
        var (source, findings) = TestSource.Read(TestSource.With($$"""{ "preset": "{{preset}}", "verify": null, "publicUrl": "https://hooks.example.com/in" }"""));

        Assert.Empty(findings.Errors);
        Assert.Equal(preset, source!.Preset!.Name);
    }

    [Theory]
    [MemberData(nameof(AllPresets))]
    public void Every_preset_says_what_an_operator_wants_to_know(string name)
    {
        var preset = Presets.Find(name)!;

        Assert.False(string.IsNullOrWhiteSpace(preset.Vendor));
        Assert.EndsWith(".", preset.Secret.TrimEnd('…') + (preset.Secret.EndsWith('…') ? "." : ""));
        Assert.Equal(preset.Settings.TryGetProperty("handshake", out _), preset.HasHandshake);
        Assert.NotEmpty(preset.Scheme);
    }

    [Fact]
    public void The_address_of_a_source_may_be_plain_http() =>
        Assert.Equal("http://localhost:8080/in", TestSource.OfChanged("""{ "publicUrl": "http://localhost:8080/in" }""").PublicUrl!.OriginalString);

    [Theory]
    [InlineData("""{ "preset": "workoss", "verify": null }""", "$.preset")]
    [InlineData("""{ "preset": "workoss", "verify": { "tolerance": 5 } }""", "$.preset")]
    [InlineData("""{ "preset": "workoss", "verify": { "scheme": "hmac" } }""", "$.preset $.verify.header")]
    public void What_an_unknown_preset_would_supply_is_not_missed_and_what_the_source_says_is_checked(string changes, string paths) =>
        Assert.Equal(paths, string.Join(' ', TestSource.Read(TestSource.With(changes)).Findings.Select(finding => finding.Path)));

    [Theory]
    [InlineData("""{ "user": { "find": { "email": "email" }, "key": "record.id" } }""", "$.user.find.email", "email")]
    [InlineData("""{ "user": { "find": { "email": "record.email" }, "key": "id" } }""", "$.user.key", "id")]
    public void Whom_a_source_that_fetches_looks_for_is_read_from_the_event_or_the_record(string source, string path, string name)
    {
        var finding = Assert.Single(TestSource.Read(TestSource.With(TestFetch.Changes(source: source))).Findings);

        Assert.Equal(
            (path, $"with \"fetch\" there is nothing called {name} here", "Begin with event. for what the sender wrote, or with record. for what was fetched"),
            (finding.Path, finding.Problem, finding.Remedy));
    }

    [Fact]
    public void An_address_for_all_sources_is_enough_for_a_sender_that_signs_it()
    {
        var options = new ReceivingOptions { PublicUrl = new Uri("https://hooks.example.com") };

        Assert.Empty(TestSource.Read(TestSource.With("""{ "preset": "hubspot", "verify": null }"""), options).Findings);
    }

    [Theory]
    [InlineData("https://hooks.example.com", null, "https://hooks.example.com/api/webhooks/test")]
    [InlineData("https://hooks.example.com/", null, "https://hooks.example.com/api/webhooks/test")]
    [InlineData("https://hooks.example.com:443/base/", null, "https://hooks.example.com:443/base/api/webhooks/test")]
    [InlineData("https://hooks.example.com", "https://other.example.com:443/%7Ein", "https://other.example.com:443/%7Ein")]
    [InlineData(null, "https://other.example.com/in/", "https://other.example.com/in/")]
    [InlineData(null, null, "")]
    public void The_address_of_a_source_is_taken_as_it_is_written(string? common, string? own, string expected)
    {
        var options = new ReceivingOptions { PublicUrl = common is null ? null : new Uri(common) };

        Assert.Equal(expected, options.UrlOf("test", own is null ? null : new Uri(own)));
    }

    [Fact]
    public void The_text_of_a_source_and_its_parts_holds_no_setting_that_might_be_secret()
    {
        var source = TestSource.OfChanged("""{ "truto": { "remoteQuery": { "key": "815" } }, "acknowledge": { "body": "815" } }""");

        Assert.Equal("test", source.ToString());
        Assert.DoesNotContain("815", source.Acknowledgement.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Whatever is done to a file, the source runs, or says why it does not; and nothing ends in an exception.</summary>
    [Fact]
    public void A_source_that_does_not_run_says_why()
    {
        var files = WrongSources.All.Select(wrong => wrong.Json)
            .Concat(Presets.All.Select(preset => TestSource.With($$"""{ "preset": "{{preset.Name}}", "verify": null, "publicUrl": "https://hooks.example.com/" }""")))
            .Concat(Presets.All.Select(Written))
            .ToArray();
        var values = Gen.OneOf("null", "[]", "{}", "\"\"", "\" \"", "5", "-1", "true", "[null]", "[[]]", "\"text\"", "{\"from\":\"a\"}", "{\"scheme\":\"any\",\"of\":[]}", "\"header:X\"", "[\"a\",\"b\"]");

        Gen.Select(Gen.OneOf(files), values, Gen.Int[0, 10_000], Gen.Int[0, 10_000]).Sample((file, value, first, second) =>
        {
            var json = JsonNode.Parse(file)!;
            Change(json, first, value);
            Change(json, second, value);

            var (source, findings) = TestSource.Read(json.ToJsonString());

            Assert.True(source is not null || findings.HasErrors, json.ToJsonString());
            Assert.All(findings, finding => Assert.False(string.IsNullOrWhiteSpace(finding.Problem) || string.IsNullOrWhiteSpace(finding.Remedy) || !finding.Path.StartsWith('$')));
        }, iter: 5000);
    }

    /// <summary>A source that has its preset written out.</summary>
    private static string Written(Preset preset)
    {
        var source = JsonNode.Parse(TestSource.Good)!.AsObject();
        foreach (var setting in preset.Settings.EnumerateObject().Where(setting => setting.Name is not ("about" or "$schema")))
        {
            source[setting.Name] = JsonNode.Parse(setting.Value.GetRawText());
        }

        return source.ToJsonString();
    }

    /// <summary>Replaces one of the values in the file.</summary>
    private static void Change(JsonNode json, int number, string value)
    {
        var places = Places(json).ToList();
        if (places.Count > 0)
        {
            places[number % places.Count](JsonNode.Parse(value));
        }
    }

    private static IEnumerable<Action<JsonNode?>> Places(JsonNode? json) => json switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value).Prepend(value => members[member.Key] = value)),
        JsonArray items => items.SelectMany((item, index) => Places(item).Prepend(value => items[index] = value)),
        _ => [],
    };
}
