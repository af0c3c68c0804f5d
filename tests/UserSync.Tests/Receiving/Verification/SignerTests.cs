using System.Security.Cryptography;
using System.Text;
using CsCheck;
using UserSync.Receiving.Bodies;
using UserSync.Receiving.Verification;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class SignerTests
{
    private static readonly string[] Schemes =
    [
        """{ "scheme": "hmac", "header": "X-Signature", "algorithm": "sha512", "encoding": "base64url", "prefix": "v1=" }""",
        """{ "scheme": "hmac", "header": "X-Signature", "separator": ";", "key": "s", "encoding": "base64", "content": "{method}.{url}.{sig:t}.{body}", "timestamp": { "from": "sig:t", "format": "iso8601" } }""",
        """{ "scheme": "hmac", "header": "X-Signature", "separator": " ", "content": "{header:X-Id}.{header:X-Time}.{body}", "timestamp": { "from": "header:X-Time", "format": "milliseconds" } }""",
        """{ "scheme": "hmac", "header": "X-Signature", "content": "{url}{form_sorted}" }""",
        """{ "scheme": "digest", "header": "X-Digest", "content": "{secret}{method}{url}{body}" }""",
        """{ "scheme": "digest", "header": "X-Digest", "separator": ",", "key": "d", "content": "{secret}{sig:t}{body}", "timestamp": { "from": "sig:t" } }""",
        """{ "scheme": "token", "name": "X-Token", "prefix": "Token " }""",
        """{ "scheme": "token", "in": "query", "name": "access token" }""",
        """{ "scheme": "token", "in": "body", "path": "a.b.token" }""",
        """{ "scheme": "token", "in": "body", "path": "value[].token" }""",
        """{ "scheme": "basic" }""",
        """{ "scheme": "any", "of": [{ "scheme": "none" }, { "scheme": "basic" }, { "scheme": "token", "name": "X-Token" }] }""",
    ];

    private static readonly Verifier[] Verifiers =
    [
        .. Schemes.Select(scheme => TestVerifier.Of(scheme)),
        .. Presets.All.Select(preset => preset.Settings.GetProperty("verify").GetRawText()).Select(verify => TestVerifier.Of(verify)).Where(verifier => verifier is ISigner),
    ];

    private static readonly Gen<(string Body, string Secret, DateTimeOffset At)> Drafts = Gen.Select(
        Json.Value.Select(value => $$"""{ "value": [{ "x": {{value}} }, {}], "a": {{value}} }"""),
        Gen.Byte.Array[1, 40].Select(Convert.ToBase64String),
        Gen.Long[0, 4_000_000_000_000].Select(DateTimeOffset.FromUnixTimeMilliseconds));

    [Fact]
    public void There_are_signers() => Assert.True(Verifiers.Length > Schemes.Length + 30);

    [Fact]
    public async Task What_a_signer_signs_its_verifier_believes_and_no_other_secret_does() => await Gen.Select(Gen.OneOf(Verifiers), Drafts).SampleAsync(async (verifier, input) =>
    {
        var draft = Draft(input.Body, input.At);
        ((ISigner)verifier).Sign(draft, input.Secret);
        using var delivery = draft.ToDelivery();

        var result = await verifier.TryAsync(delivery, "another secret", input.Secret);

        Assert.Equal(Verdict.Valid, result.Verdict);
        Assert.True(result.Secret is null || result.Secret == input.Secret);
        if (verifier.LacksSecret == false && verifier.Secrets.Count > 0 && verifier is not AnyVerifier)
        {
            Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(delivery, "another secret"));
        }
    }, iter: 500);

    [Fact]
    public void A_signer_says_whether_what_it_writes_gives_the_secret_away() => Gen.Select(Gen.OneOf(Verifiers), Drafts).Sample((verifier, input) =>
    {
        var secret = "0123456789abcdef" + input.Secret;
        var draft = Draft(input.Body, input.At);
        ((ISigner)verifier).Sign(draft, secret);

        var written = string.Join('\n', [draft.FullUrl, Uri.UnescapeDataString(draft.FullUrl), Encoding.UTF8.GetString(draft.Body.Span), .. draft.Headers.Values]);
        var reveals = written.Contains("0123456789abcdef", StringComparison.Ordinal)
            || written.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), StringComparison.Ordinal);

        Assert.Equal(reveals, ((ISigner)verifier).RevealsSecret);
    }, iter: 500);

    [Fact]
    public void The_time_stands_before_the_signature_as_Stripe_writes_it()
    {
        var draft = Draft("{}", Now.Time);

        ((ISigner)TestVerifier.Of("""
            { "scheme": "hmac", "header": "X-Signature", "separator": ",", "key": "v1", "content": "{sig:t}.{body}", "timestamp": { "from": "sig:t" } }
            """)).Sign(draft, "secret");

        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("secret"u8, "1767225600.{}"u8));
        Assert.Equal($"t=1767225600,v1={signature}", draft.Headers["X-Signature"]);
    }

    [Fact]
    public void Every_delivery_gets_an_id_of_its_own_where_one_is_signed()
    {
        var signer = (ISigner)TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "content": "{header:webhook-id}.{body}" }""");
        var ids = new[] { Draft("{}", Now.Time), Draft("{}", Now.Time) }.Select(draft =>
        {
            signer.Sign(draft, "secret");
            return draft.Headers["webhook-id"];
        }).ToArray();

        Assert.All(ids, id => Assert.StartsWith("msg_", id));
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/json", true)]
    public void Only_a_body_that_is_no_form_has_its_digest_in_the_address(string contentType, bool hasDigest)
    {
        var draft = Draft("a=1", Now.Time);
        draft.Headers["Content-Type"] = contentType;

        ((ISigner)TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "content": "{url}{form_sorted}" }""")).Sign(draft, "secret");

        Assert.Equal(hasDigest, draft.Query.ContainsKey("bodySHA256"));
    }

    [Theory]
    [InlineData("""{ "scheme": "none" }""")]
    [InlineData("""{ "scheme": "jwt", "algorithms": "RS256" }""")]
    public void Where_no_part_can_sign_nothing_is_signed_and_nothing_revealed(string part)
    {
        var signer = (ISigner)TestVerifier.Of($$"""{ "scheme": "any", "of": [{{part}}] }""");
        var draft = Draft("{}", Now.Time);

        signer.Sign(draft, "secret");

        Assert.Empty(draft.Headers);
        Assert.False(signer.RevealsSecret);
    }

    /// <summary>The command is pasted into a shell: nothing in a delivery may end a quoted text.</summary>
    [Fact]
    public void A_delivery_is_shown_as_a_command_that_a_shell_takes_literally()
    {
        var draft = Draft("""{"name":"O'Hara $(id)"}""", Now.Time);
        draft.Headers["X-Note"] = "it's `id`";
        draft.Query["key"] = "a'b c";

        Assert.Equal(
            """curl -H 'X-Note: it'\''s `id`' -d '{"name":"O'\''Hara $(id)"}' 'http://localhost:8080/in?key=a%27b%20c'""",
            draft.ToCurl("http://localhost:8080/in"));
    }

    [Fact]
    public void A_delivery_that_is_being_made_is_a_POST_in_the_format_that_its_receiver_reads()
    {
        using var asJson = Draft("a=1", Now.Time).ToDelivery();
        using var asForm = Draft("a=1", Now.Time).ToDelivery(new FormBody(64));

        Assert.Equal("POST", asForm.Method);
        Assert.Null(asForm.Content.Problem);
        Assert.NotNull(asJson.Content.Problem);
    }

    [Fact]
    public void A_secret_that_is_no_key_signs_nothing()
    {
        var draft = Draft("{}", Now.Time);

        ((ISigner)TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "keyEncoding": "base64" }""")).Sign(draft, "!");

        Assert.False(draft.Headers.ContainsKey("X-Signature"));
    }

    private static DeliveryDraft Draft(string body, DateTimeOffset at) => new() { Url = Deliveries.Url, Body = Encoding.UTF8.GetBytes(body), SignedAt = at };
}
