using System.Text;
using System.Text.Json.Nodes;
using UserSync.Receiving.Verification;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Sources;

public sealed class SampleDeliveryTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static TheoryData<string> AllPresets => [.. Presets.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(AllPresets))]
    public async Task A_sample_is_believed_by_its_own_source_and_maps(string preset)
    {
        var source = Of(preset);
        var draft = SampleDelivery.Make(source, Deliveries.Url, Secret, "42", Now.Time);
        if (draft is null)
        {
            Assert.Contains(preset, (string[])["salesforce-outbound-message", "secevent-scim", "standard-webhooks-ed25519", "wix"]);
            return;
        }

        using var delivery = draft.ToDelivery(source.Events.Format);
        var secret = ((ISigner)source.Verifier).RevealsSecret ? SampleDelivery.SecretPlaceholder : Secret;
        Assert.Equal(Verdict.Valid, (await source.Verifier.VerifyAsync(delivery, TestSecrets.Of("signing-secret", secret), CancellationToken.None)).Verdict);

        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        Assert.Null(batch.Rejection);
        var user = source.Mapping.Map(Assert.Single(batch.Events));
        Assert.Empty(user.Problems);
        Assert.Equal("42", user.UserId);
        Assert.Equal("ada@example.com", user.Patch.Fields.Single(field => field.Name.Root == "email").Value.GetString());
    }

    [Theory]
    [InlineData("workos")]
    [InlineData("hubspot")]
    [InlineData("okta")]
    [InlineData("auth0")]
    [InlineData("slack")]
    [InlineData("clerk")]
    [InlineData("zoom")]
    [InlineData("zendesk")]
    public void A_sample_is_a_user_change(string preset)
    {
        var source = Of(preset);
        using var delivery = SampleDelivery.Make(source, Deliveries.Url, Secret, "42", Now.Time)!.ToDelivery(source.Events.Format);

        var change = Assert.Single(source.Events.Read(delivery, []).Events);

        Assert.Equal(Now.Time, change.OccurredAt);
        Assert.True(preset == "okta" || source.Events.Takes(change));
    }

    [Theory]
    [MemberData(nameof(AllPresets))]
    public void A_sample_never_holds_the_secret(string preset)
    {
        if (SampleDelivery.Make(Of(preset), Deliveries.Url, Secret, "42", Now.Time) is { } draft)
        {
            string[] written = [draft.FullUrl, Encoding.UTF8.GetString(draft.Body.Span), .. draft.Headers.Values];

            Assert.DoesNotContain(Secret, string.Join('\n', written), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_sample_has_its_id_type_and_time_where_the_source_reads_them()
    {
        var source = TestSource.OfChanged("""
            { "id": "meta.id", "type": ["kind", "action"], "time": "meta.at", "when": { "type": "user.*" }, "events": { "path": "items" } }
            """);

        var draft = SampleDelivery.Make(source, Deliveries.Url, Secret, "42", Now.Time.AddMilliseconds(7))!;

        var item = Json.Parse(Encoding.UTF8.GetString(draft.Body.Span)).GetProperty("items")[0];
        Assert.Equal(("sample-1767225600007", "2026-01-01T00:00:00.007Z"), (item.GetProperty("meta").GetProperty("id").GetString(), item.GetProperty("meta").GetProperty("at").GetString()));
        Assert.Equal(("user", "updated"), (item.GetProperty("kind").GetString(), item.GetProperty("action").GetString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "events": { "path": "items" } }""")]
    public void A_sample_of_a_source_that_fetches_leads_to_the_record(string events)
    {
        var changes = JsonNode.Parse(events)!.AsObject();
        changes["user"] = "event.crm";
        var source = TestFetch.Of(source: changes.ToJsonString());
        using var delivery = SampleDelivery.Make(source, Deliveries.Url, Secret, "42", Now.Time)!.ToDelivery(source.Events.Format);

        var change = Assert.Single(source.EventsIn(delivery));

        Assert.True(source.Fetch!.TryLocate(change, out var address, out _));
        Assert.StartsWith("https://directory.example.com/v1/users/", address.AbsoluteUri);
        Assert.Equal("42", change.Data.GetProperty("crm").GetString());
        Assert.False(change.Data.TryGetProperty("event", out _));
    }

    [Fact]
    public void A_sample_may_say_nothing_but_its_headers_where_all_else_is_fetched()
    {
        var source = TestFetch.Of("""{ "path": "/users/{header:X-User}" }""", """{ "user": "record.id", "events": { "path": "items" } }""");

        Assert.Equal("""{"items":[{}]}""", Encoding.UTF8.GetString(SampleDelivery.Make(source, Deliveries.Url, Secret, "42", Now.Time)!.Body.Span));
    }

    [Fact]
    public void A_source_that_does_not_read_JSON_has_no_sample() =>
        Assert.Null(SampleDelivery.Make(TestSource.OfChanged("""{ "events": { "format": "xml" } }"""), Deliveries.Url, Secret, "42", Now.Time));

    private static Source Of(string preset) => TestSource.OfChanged($$"""
        {
          "preset": "{{preset}}", "verify": null, "secrets": "signing-secret", "publicUrl": "{{Deliveries.Url}}",
          "user": "data.attributes.crm_id", "map": { "email": "data.attributes.email" }
        }
        """);
}
