using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Moq;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class HmacVerifierTests
{
    private const string Body = """{"id": "1"}""";
    private const string Secret = "It's a Secret to Everybody";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Verifier Plain => TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature" }""");
    private static Verifier Listed => TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "separator": " ", "prefix": "v1,", "encoding": "base64" }""");
    private static Verifier Keyed => TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "separator": ",", "key": "v1", "content": "{sig:t}.{body}" }""");

    [Fact]
    public async Task The_right_signature_is_valid_and_says_which_secret_fits()
    {
        var result = await Plain.TryAsync(Signed(Hex(Secret, Body)), "other", Secret);

        Assert.True(result.IsValid);
        Assert.Equal(Secret, result.Secret);
    }

    /// <summary>RFC 2202, test case 2 of HMAC-SHA-1, and RFC 4231, test case 2.</summary>
    [Theory]
    [InlineData("sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")]
    [InlineData("sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("sha512", "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    public async Task Each_hash_is_computed(string algorithm, string right)
    {
        const string Content = "what do ya want for nothing?";
        var verifier = TestVerifier.Of($$"""{ "scheme": "hmac", "header": "X-Signature", "algorithm": "{{algorithm}}" }""");

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of(Content, [("X-Signature", right)]), "Jefe"));
        Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(Deliveries.Of(Content, [("X-Signature", right[..^2])]), "Jefe"));
        Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(Deliveries.Of(Content, [("X-Signature", right + "00")]), "Jefe"));
    }

    [Fact]
    public async Task A_signature_is_wrong_wherever_a_bit_is_changed() => await Gen.Select(Gen.Byte.Array[1, 80], Gen.String[1, 20], Gen.Int[0, 10_000], Gen.Bool)
        .Where((_, secret, _, _) => !string.IsNullOrWhiteSpace(secret))
        .SampleAsync(async (body, secret, position, isInBody) =>
        {
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);
            Assert.Equal(Verdict.Valid, await Plain.VerdictAsync(Deliveries.Of(body, [("X-Signature", Convert.ToHexString(signature))]), secret));

            var changed = isInBody ? body : signature;
            changed[position / 8 % changed.Length] ^= (byte)(1 << (position % 8));

            Assert.Equal(Verdict.Mismatch, await Plain.VerdictAsync(Deliveries.Of(body, [("X-Signature", Convert.ToHexString(signature))]), secret));
        });

    [Fact]
    public async Task Any_of_several_signatures_may_fit_any_of_several_secrets() => await Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5], Gen.Int[0, 4], Gen.Int[0, 4])
        .SampleAsync(async (secrets, signatures, rightSecret, rightSignature) =>
        {
            var known = Enumerable.Range(0, secrets).Select(number => $"secret {number}").ToArray();
            var listed = Enumerable.Range(0, signatures).Select(number => "v1," + Base64($"unknown {number}", Body)).ToArray();
            Assert.Equal(Verdict.Mismatch, await Listed.VerdictAsync(Signed(string.Join(' ', listed)), known));

            listed[rightSignature % signatures] = "v1," + Base64(known[rightSecret % secrets], Body);

            var result = await Listed.TryAsync(Signed(string.Join(' ', listed)), known);
            Assert.Equal((Verdict.Valid, known[rightSecret % secrets]), (result.Verdict, result.Secret));
        });

    [Fact]
    public async Task Only_the_secrets_of_now_count_whichever_fitted_before()
    {
        var verifier = Plain;
        var old = Signed(Hex("old", Body));

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(old, "old"));
        Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(old, "new"));
        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(old, "new", "old"));
        Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(old, "new", "newer"));
    }

    [Fact]
    public async Task Deliveries_that_are_verified_at_the_same_time_do_not_mix()
    {
        var verifier = Plain;

        await Parallel.ForAsync(0, 2_000, Cancellation, async (i, _) =>
        {
            var (body, secret) = ($"body {i}", $"secret {i % 3}");
            Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of(body, [("X-Signature", Hex(secret, body))]), secret));
            Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(Deliveries.Of(body, [("X-Signature", Hex(secret, "other"))]), secret));
        });
    }

    [Fact]
    public async Task A_header_that_stands_there_twice_is_not_believed()
    {
        var delivery = Deliveries.Of(Body, [("X-Signature", Hex("other", Body)), ("X-Signature", Hex(Secret, Body))]);

        Assert.Equal(Verdict.MalformedCredential, await Plain.VerdictAsync(delivery, Secret));
        Assert.Equal(Verdict.MalformedCredential, await Plain.VerdictAsync(Deliveries.Of(Body, [("X-Signature", ""), ("X-Signature", Hex(Secret, Body))]), Secret));
        Assert.Equal(Verdict.MissingCredential, await Plain.VerdictAsync(Deliveries.Of(Body, [("X-Signature", ""), ("X-Signature", "")]), Secret));
    }

    [Theory]
    [InlineData("SIG,00")]
    [InlineData("00, SIG")]
    [InlineData(" 00 ,SIG ")]
    [InlineData("SIG,SIG")]
    [InlineData(",,,,,,,,,,,,,,,,,,SIG")]
    public async Task Several_signatures_are_read_with_blanks_and_gaps_and_repetitions(string header)
    {
        var verifier = TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "separator": "," }""");

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Signed(header.Replace("SIG", Hex(Secret, Body), StringComparison.Ordinal)), Secret));
    }

    [Fact]
    public async Task Signatures_of_other_versions_are_passed_over()
    {
        Assert.Equal(Verdict.Valid, await Listed.VerdictAsync(Signed($"v1a,{Base64("x", Body)}  v2,abc v1,{Base64(Secret, Body)}"), Secret));
        Assert.Equal(Verdict.MalformedCredential, await Listed.VerdictAsync(Signed($"v1a,{Base64(Secret, Body)}"), Secret));
    }

    [Fact]
    public async Task No_more_signatures_are_tried_than_any_sender_writes()
    {
        var junk = string.Join(' ', Enumerable.Repeat($"v1,{Base64("x", Body)}", 15));

        Assert.Equal(Verdict.Valid, await Listed.VerdictAsync(Signed($"{junk} v1,{Base64(Secret, Body)}"), Secret));
        Assert.Equal(Verdict.Mismatch, await Listed.VerdictAsync(Signed($"{junk} v1,{Base64("x", Body)} v1,{Base64(Secret, Body)}"), Secret));
    }

    [Theory]
    [InlineData("t=5,v1=SIG")]
    [InlineData("t=5, v1=SIG")]
    [InlineData(" t = 5 ,v1 = SIG ")]
    [InlineData("v1=SIG,t=5")]
    [InlineData("v0=00,t=5,v1=SIG,v2=")]
    [InlineData("t=5,v1=00,v1=SIG")]
    [InlineData("t=5,,v1=SIG,")]
    [InlineData("t=5,t=6,v1=SIG")]
    public async Task Key_value_parts_are_read_with_blanks_and_in_any_order(string header) =>
        Assert.Equal(Verdict.Valid, await Keyed.VerdictAsync(Signed(header.Replace("SIG", Hex(Secret, $"5.{Body}"), StringComparison.Ordinal)), Secret));

    [Fact]
    public async Task A_part_is_split_at_its_first_equals_sign()
    {
        var verifier = TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "separator": ",", "key": "v", "encoding": "base64", "content": "{sig:t}.{body}" }""");

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Signed($"t=a=b=,v={Base64(Secret, $"a=b=.{Body}")}"), Secret));
    }

    [Theory]
    [InlineData("v1=SIG", Verdict.Mismatch)]
    [InlineData("T=5,v1=SIG", Verdict.Mismatch)]
    [InlineData("t=6,v1=SIG", Verdict.Mismatch)]
    [InlineData("t=5,V1=SIG", Verdict.MalformedCredential)]
    [InlineData("t=5;v1=SIG", Verdict.MalformedCredential)]
    [InlineData("t=5,SIG", Verdict.MalformedCredential)]
    [InlineData("t=5,=SIG", Verdict.MalformedCredential)]
    [InlineData("t=5,v1", Verdict.MalformedCredential)]
    [InlineData("SIG", Verdict.MalformedCredential)]
    public async Task Wrong_key_value_parts_prove_nothing(string header, Verdict verdict) =>
        Assert.Equal(verdict, await Keyed.VerdictAsync(Signed(header.Replace("SIG", Hex(Secret, $"5.{Body}"), StringComparison.Ordinal)), Secret));

    [Theory]
    [InlineData("sha256=SIG", Verdict.Valid)]
    [InlineData("SHA256=SIG", Verdict.MalformedCredential)]
    [InlineData("sha1=SIG", Verdict.MalformedCredential)]
    [InlineData("SIG", Verdict.MalformedCredential)]
    [InlineData("sha256=", Verdict.MalformedCredential)]
    [InlineData("sha256=sha256=SIG", Verdict.MalformedCredential)]
    [InlineData("sha256=SIGSIG", Verdict.Mismatch)]
    public async Task A_prefix_has_to_be_there(string header, Verdict verdict) => Assert.Equal(
        verdict,
        await TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "prefix": "sha256=" }""")
            .VerdictAsync(Signed(header.Replace("SIG", Hex(Secret, Body), StringComparison.Ordinal)), Secret));

    [Theory]
    [InlineData("", Verdict.MissingCredential)]
    [InlineData(" ", Verdict.MalformedCredential)]
    [InlineData("not hex", Verdict.MalformedCredential)]
    [InlineData("abc", Verdict.MalformedCredential)]
    [InlineData("00", Verdict.Mismatch)]
    public async Task What_is_no_signature_proves_nothing(string header, Verdict verdict) => Assert.Equal(verdict, await Plain.VerdictAsync(Signed(header), Secret));

    [Fact]
    public async Task Without_the_header_there_is_no_credential() => Assert.Equal(Verdict.MissingCredential, await Plain.VerdictAsync(Deliveries.Of(Body), Secret));

    [Theory]
    [InlineData("text", "", "whsec_bXktc2VjcmV0", "whsec_bXktc2VjcmV0")]
    [InlineData("text", "whsec_", "whsec_my-secret", "my-secret")]
    [InlineData("text", "whsec_", "my-secret", "my-secret")]
    [InlineData("base64", "whsec_", "whsec_bXktc2VjcmV0", "my-secret")]
    [InlineData("base64", "whsec_", "bXktc2VjcmV0", "my-secret")]
    [InlineData("base64", "", "bXktc2VjcmV0", "my-secret")]
    public async Task The_key_is_made_from_the_secret_as_the_sender_does(string encoding, string prefix, string secret, string key)
    {
        var verifier = TestVerifier.Of($$"""{ "scheme": "hmac", "header": "X-Signature", "keyEncoding": "{{encoding}}", "keyPrefix": "{{prefix}}" }""");

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Signed(Hex(key, Body)), secret));
    }

    [Theory]
    [InlineData("base64", "whsec_")]
    [InlineData("base64", "whsec_!")]
    [InlineData("base64", "whsec_=")]
    [InlineData("text", "whsec_")]
    public async Task A_secret_that_is_no_key_proves_nothing(string encoding, string secret)
    {
        var verifier = TestVerifier.Of($$"""{ "scheme": "hmac", "header": "X-Signature", "keyEncoding": "{{encoding}}", "keyPrefix": "whsec_" }""");

        Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(Signed(Hex("", Body)), secret));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData(" ", "\n")]
    public async Task Without_a_secret_nothing_is_believed(params string[] secrets) =>
        Assert.Equal(Verdict.NoSecret, await Plain.VerdictAsync(Signed(Hex(secrets.FirstOrDefault() ?? "", Body)), secrets));

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_not_an_answer()
    {
        var store = new Mock<ISecretStore>();
        store.Setup(secrets => secrets.GetAsync(TestVerifier.SecretName, It.IsAny<CancellationToken>())).ThrowsAsync(new SecretStoreException(TestVerifier.SecretName));

        var exception = await Assert.ThrowsAsync<SecretStoreException>(async () => await Plain.VerifyAsync(Signed(Hex(Secret, Body)), store.Object, CancellationToken.None));

        Assert.Equal(TestVerifier.SecretName, exception.SecretName);
    }

    [Fact]
    public async Task The_store_is_not_asked_before_there_is_something_to_compare()
    {
        var secrets = TestSecrets.Of(TestVerifier.SecretName, Secret);

        await Plain.VerifyAsync(Deliveries.Of(Body), secrets, CancellationToken.None);

        Assert.Empty(secrets.Asked);
    }

    [Fact]
    public async Task Every_named_secret_is_tried()
    {
        var verifier = TestVerifier.Of("""{ "scheme": "hmac", "header": "X-Signature", "secrets": ["old", "new"] }""");
        var secrets = TestSecrets.Of("old", "first", "second").Add("new", Secret);

        Assert.True((await verifier.VerifyAsync(Signed(Hex(Secret, Body)), secrets, CancellationToken.None)).IsValid);
        Assert.True((await verifier.VerifyAsync(Signed(Hex("second", Body)), secrets, CancellationToken.None)).IsValid);
        Assert.Equal(["old", "new"], verifier.Secrets);
    }

    [Fact]
    public void A_result_does_not_show_its_secret() => Assert.Equal("Valid", new VerificationResult(Verdict.Valid, Secret).ToString());

    private static UserSync.Receiving.Delivery Signed(string signature) => Deliveries.Of(Body, [("X-Signature", signature)]);

    private static string Hex(string key, string content) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(content)));

    private static string Base64(string key, string content) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(content)));
}
