using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Server.Tests.Support;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Sources;

namespace Server.Tests.Deliveries;

/// <summary>Secrets are replaced while deliveries come in: every one that is known is tried, and nothing is believed without one.</summary>
[Collection(nameof(DeliveryGroup))]
public sealed class SecretTests(DeliveryWorld fixture)
{
    // Fit for every scheme: text for some, base64 for others.
    private const string Older = "whsec_b2xkZXItc2VjcmV0LW9mLXRoaXMtc291cmNl";
    private const string Newer = "whsec_bmV3ZXItc2VjcmV0LW9mLXRoaXMtc291cmNl";
    private const string Unknown = "whsec_dW5rbm93bi1zZWNyZXQtb2Ytbm8tc291cmNl";

    private readonly ServerWorld world = fixture.World;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Salesforce's message is XML, into which no credential is written.
    public static TheoryData<string> Signable() =>
        RecordedDelivery.Names(delivery => delivery.SchemeType is "hmac" or "digest" or "token" or "basic" && !delivery.Text.StartsWith('<'));

    public static TheoryData<string> Lists() => RecordedDelivery.Names(delivery =>
        delivery.SchemeType == "hmac" && delivery.Scheme.TryGetProperty("extract", out var extract) && extract.GetString() != "raw");

    [Theory, MemberData(nameof(Signable))]
    public async Task Every_known_secret_is_tried(string name)
    {
        var (delivery, source) = Find(name);
        var older = Sign(delivery, source, Older);
        var newer = Sign(delivery, source, Newer);

        Assert.Equal(Verdict.Valid, await VerifyAsync(source, older, Newer, Older));
        Assert.Equal(Verdict.Valid, await VerifyAsync(source, newer, Newer, Older));
        Assert.Equal(Verdict.Valid, await VerifyAsync(source, older, Older));
        Assert.Equal(Verdict.Mismatch, await VerifyAsync(source, older, Newer));
        Assert.Equal(Verdict.Mismatch, await VerifyAsync(source, newer, Older, Unknown));
    }

    [Theory, MemberData(nameof(Signable))]
    public async Task Nothing_is_believed_while_no_secret_is_known(string name)
    {
        var (delivery, source) = Find(name);

        Assert.Equal(Verdict.NoSecret, await VerifyAsync(source, Sign(delivery, source, Newer)));
        Assert.NotEqual(Verdict.Valid, await VerifyAsync(source, Sign(delivery, source, string.Empty)));
    }

    [Theory, MemberData(nameof(Signable))]
    public async Task An_empty_secret_is_none(string name)
    {
        var (delivery, source) = Find(name);

        Assert.Equal(Verdict.NoSecret, await VerifyAsync(source, Sign(delivery, source, Newer), string.Empty));
        Assert.NotEqual(Verdict.Valid, await VerifyAsync(source, Sign(delivery, source, string.Empty), string.Empty));
    }

    [Theory, MemberData(nameof(Lists))]
    public async Task Every_signature_is_tried_with_every_secret(string name)
    {
        var (delivery, source) = Find(name);
        var both = Sign(delivery, source, Unknown);
        var header = Variation.CredentialHeader(delivery)!;
        var separator = source.Preset!.Settings.GetProperty("verify").GetProperty("separator").GetString()!;
        var parts = both.Headers[header].Split(separator).Concat(Sign(delivery, source, Older).Headers[header].Split(separator));
        both.Headers[header] = string.Join(separator, parts.Distinct(StringComparer.Ordinal));

        Assert.Equal(Verdict.Valid, await VerifyAsync(source, both, Newer, Older));
        Assert.Equal(Verdict.Mismatch, await VerifyAsync(source, both, Newer));
    }

    [Fact]
    public async Task A_token_that_is_longer_or_shorter_than_the_secret_is_not_believed()
    {
        var (delivery, source) = Find("okta");

        Assert.Equal(Verdict.Mismatch, await VerifyAsync(source, Sign(delivery, source, Newer[..^1]), Newer));
        Assert.Equal(Verdict.Mismatch, await VerifyAsync(source, Sign(delivery, source, Newer + "x"), Newer));
        Assert.Equal(Verdict.Mismatch, await VerifyAsync(source, Sign(delivery, source, Newer + "\0"), Newer));
    }

    [Fact]
    public async Task Keys_in_PEM_and_in_JWKS_are_tried_side_by_side()
    {
        var (delivery, source) = Find("wix");
        var other = RSA.Create(2048).ExportSubjectPublicKeyInfoPem();
        using var received = delivery.ToDelivery(source);

        var jwks = RecordedDelivery.Find("secevent-scim").Secret!;
        Assert.True((await source.Verifier.VerifyAsync(received, new KnownSecrets(other, delivery.Secret!), Cancel)).IsValid);
        Assert.True((await source.Verifier.VerifyAsync(received, new KnownSecrets(jwks, delivery.Secret!), Cancel)).IsValid);
        Assert.Equal(Verdict.Mismatch, (await source.Verifier.VerifyAsync(received, new KnownSecrets(other), Cancel)).Verdict);
        Assert.Equal(Verdict.NoSecret, (await source.Verifier.VerifyAsync(received, new KnownSecrets("no key"), Cancel)).Verdict);
    }

    /// <summary>The recorded delivery as it would have been sent with another secret.</summary>
    private static DeliveryDraft Sign(RecordedDelivery delivery, Source source, string secret)
    {
        var draft = new DeliveryDraft
        {
            Method = delivery.Method,
            Url = delivery.Url.GetLeftPart(UriPartial.Path),
            Body = delivery.Body,
            SignedAt = delivery.ReceivedAt,
        };
        foreach (var (name, value) in delivery.Headers)
        {
            draft.Headers[name] = value;
        }

        if (delivery.Url.Query.Length > 0)
        {
            foreach (var pair in delivery.Url.Query[1..].Split('&'))
            {
                draft.Query[pair.Split('=')[0]] = pair.Split('=')[1];
            }
        }

        ((ISigner)source.Verifier).Sign(draft, secret);
        return draft;
    }

    private static async Task<Verdict> VerifyAsync(Source source, DeliveryDraft draft, params string[] secrets)
    {
        using var received = new Delivery(source.Events.Format)
        {
            Source = source.Name,
            Method = draft.Method,
            Url = draft.FullUrl,
            Headers = new HeaderDictionary(Values(draft.Headers)),
            Query = new QueryCollection(Values(draft.Query)),
            Body = draft.Body,
            ReceivedAt = draft.SignedAt,
        };
        return (await source.Verifier.VerifyAsync(received, new KnownSecrets(secrets), Cancel)).Verdict;
    }

    private static Dictionary<string, StringValues> Values(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value), StringComparer.OrdinalIgnoreCase);

    private (RecordedDelivery Delivery, Source Source) Find(string name) =>
        (RecordedDelivery.Find(name), world.Sources.Find(RecordedDelivery.Find(name).Source)!);
}
