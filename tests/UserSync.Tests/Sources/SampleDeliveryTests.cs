using System.Text;
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

    private static Source Of(string preset) => TestSource.OfChanged($$"""
        {
          "preset": "{{preset}}", "verify": null, "secrets": "signing-secret", "publicUrl": "{{Deliveries.Url}}",
          "user": "data.attributes.crm_id", "map": { "email": "data.attributes.email" }
        }
        """);
}
