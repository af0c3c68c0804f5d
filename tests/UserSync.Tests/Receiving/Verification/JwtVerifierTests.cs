using System.Security.Cryptography;
using System.Text;
using CsCheck;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class JwtVerifierTests
{
    private const string SharedKey = "0123456789abcdef0123456789abcdef";

    private static Verifier Plain => Of("");

    private static long Seconds => TestToken.Seconds;

    [Fact]
    public async Task The_whole_body_is_a_token() => Assert.Equal(Verdict.Valid, await TryAsync(Plain, TestToken.RS256(TestToken.Claims)));

    [Fact]
    public async Task A_key_may_be_PEM_or_JWKS_and_any_of_several_may_fit()
    {
        var token = TestToken.RS256(TestToken.Claims);

        Assert.Equal(Verdict.Valid, await TryAsync(Plain, token, TestToken.Rsa.ExportRSAPublicKeyPem()));
        Assert.Equal(Verdict.Valid, await TryAsync(Plain, token, TestToken.Jwks(("one", TestToken.Rsa))));
        Assert.Equal(Verdict.Valid, await TryAsync(Plain, token, "not a key", TestToken.OtherRsa.ExportSubjectPublicKeyInfoPem(), TestToken.RsaPem));
        Assert.Equal(Verdict.Valid, await TryAsync(Plain, token, TestToken.Jwks(("two", TestToken.OtherRsa), ("one", TestToken.Rsa))));
    }

    [Fact]
    public async Task Each_kind_of_algorithm_is_checked()
    {
        var pss = TestToken.Of("""{ "alg": "PS256" }""", TestToken.Claims, content => TestToken.Rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        var ecdsa = TestToken.Of("""{ "alg": "ES256" }""", TestToken.Claims, content => TestToken.Ecdsa.SignData(content, HashAlgorithmName.SHA256));

        Assert.Equal(Verdict.Valid, await TryAsync(Of("", "PS256"), pss));
        Assert.Equal(Verdict.Valid, await TryAsync(Of("", "ES256"), ecdsa, TestToken.Ecdsa.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(Verdict.Valid, await TryAsync(Of("", "HS256"), TestToken.HS256(TestToken.Claims, SharedKey), SharedKey));
        Assert.Equal(Verdict.Mismatch, await TryAsync(Of("", "HS256"), TestToken.HS256(TestToken.Claims, SharedKey + "x"), SharedKey));
    }

    [Theory]
    [InlineData("PS256")]
    [InlineData("RS384")]
    [InlineData("ES256")]
    [InlineData("HS256")]
    public async Task An_algorithm_that_is_not_configured_proves_nothing(string configured) =>
        Assert.Equal(Verdict.Mismatch, await TryAsync(Of("", configured), TestToken.RS256(TestToken.Claims)));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task A_token_that_is_not_signed_proves_nothing(string algorithm)
    {
        var header = $$"""{ "alg": "{{algorithm}}" }""";

        Assert.NotEqual(Verdict.Valid, await TryAsync(Plain, TestToken.Of(header, TestToken.Claims, _ => [])));
        Assert.NotEqual(Verdict.Valid, await TryAsync(Plain, TestToken.Of(header, TestToken.Claims, content => TestToken.Rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))));
        Assert.NotEqual(Verdict.Valid, await TryAsync(Of("", "HS256"), TestToken.Of(header, TestToken.Claims, _ => []), SharedKey));
    }

    [Fact]
    public async Task A_public_key_is_not_taken_for_a_shared_one()
    {
        foreach (var key in new[] { TestToken.RsaPem, TestToken.RsaPem.Trim(), TestToken.RsaPem + "\n" })
        {
            Assert.Equal(Verdict.Mismatch, await TryAsync(Plain, TestToken.HS256(TestToken.Claims, key), key));
        }
    }

    [Fact]
    public async Task A_token_of_another_key_is_wrong_whatever_key_it_names()
    {
        Assert.Equal(Verdict.Mismatch, await TryAsync(Plain, TestToken.RS256(TestToken.Claims, TestToken.OtherRsa)));
        Assert.Equal(Verdict.Mismatch, await TryAsync(Plain, TestToken.RS256(TestToken.Claims, TestToken.OtherRsa), TestToken.Jwks(("one", TestToken.Rsa))));
        Assert.Equal(Verdict.Mismatch, await TryAsync(
            Plain, TestToken.RS256(TestToken.Claims, header: """{ "alg": "RS256", "kid": "unknown" }"""), TestToken.Jwks(("one", TestToken.OtherRsa))));
    }

    [Fact]
    public async Task Nothing_is_said_about_the_times_of_a_token_that_nobody_has_signed() => Assert.Equal(Verdict.Mismatch, await TryAsync(
        Plain, TestToken.RS256("""{ "exp": 1 }""", TestToken.OtherRsa, """{ "alg": "RS256", "kid": "unknown" }"""), TestToken.Jwks(("one", TestToken.Rsa))));

    [Fact]
    public async Task A_key_inside_the_token_is_not_believed()
    {
        var keys = TestToken.Jwks(("one", TestToken.OtherRsa));
        var key = Json.Parse(keys).GetProperty("keys")[0].GetRawText();

        Assert.Equal(Verdict.Mismatch, await TryAsync(
            Plain, TestToken.RS256(TestToken.Claims, TestToken.OtherRsa, $$"""{ "alg": "RS256", "jwk": {{key}}, "jku": "https://evil.example.com/jwks" }""")));
    }

    [Fact]
    public async Task A_token_is_wrong_wherever_a_letter_is_changed() => await Gen.Int[0, 10_000].SampleAsync(async position =>
    {
        var token = TestToken.RS256(TestToken.Claims).ToCharArray();
        position %= token.Length - 1;
        token[position] = token[position] == 'A' ? 'B' : 'A';

        Assert.NotEqual(Verdict.Valid, await TryAsync(Plain, new string(token)));
    });

    [Theory]
    [InlineData("\"issuer\": \"https://a\",", """ "iss": "https://a" """, Verdict.Valid)]
    [InlineData("\"issuer\": [\"https://b\", \"https://a\"],", """ "iss": "https://a" """, Verdict.Valid)]
    [InlineData("\"issuer\": \"https://a\",", """ "iss": "https://A" """, Verdict.WrongIssuer)]
    [InlineData("\"issuer\": \"https://a\",", """ "iss": "https://a/" """, Verdict.WrongIssuer)]
    [InlineData("\"issuer\": \"https://a\",", """ "sub": "x" """, Verdict.WrongIssuer)]
    [InlineData("\"audience\": \"me\",", """ "aud": "me" """, Verdict.Valid)]
    [InlineData("\"audience\": \"me\",", """ "aud": ["you", "me"] """, Verdict.Valid)]
    [InlineData("\"audience\": [\"you\", \"me\"],", """ "aud": "you" """, Verdict.Valid)]
    [InlineData("\"audience\": \"me\",", """ "aud": "you" """, Verdict.WrongAudience)]
    [InlineData("\"audience\": \"me\",", """ "aud": [] """, Verdict.WrongAudience)]
    [InlineData("\"audience\": \"me\",", """ "sub": "me" """, Verdict.WrongAudience)]
    [InlineData("", """ "iss": "anybody", "aud": "anybody" """, Verdict.Valid)]
    public async Task Issuer_and_audience_are_checked_where_they_are_configured(string settings, string claims, Verdict verdict) =>
        Assert.Equal(verdict, await TryAsync(Of(settings), TestToken.RS256($$"""{ "exp": {{Seconds + 60}}, {{claims}} }""")));

    [Theory]
    [InlineData("\"typ\": \"secevent+jwt\"", Verdict.Valid)]
    [InlineData("\"typ\": \"JWT\"", Verdict.Mismatch)]
    [InlineData("\"kid\": \"one\"", Verdict.Mismatch)]
    public async Task The_type_is_checked_where_it_is_configured(string header, Verdict verdict) => Assert.Equal(
        verdict,
        await TryAsync(Of("\"type\": \"secevent+jwt\","), TestToken.RS256(TestToken.Claims, header: $$"""{ "alg": "RS256", {{header}} }""")));

    [Theory]
    [InlineData("required", -300, Verdict.Valid)]
    [InlineData("required", -301, Verdict.StaleTimestamp)]
    [InlineData("required", 1_000_000, Verdict.Valid)]
    [InlineData("required", null, Verdict.StaleTimestamp)]
    [InlineData("optional", null, Verdict.Valid)]
    [InlineData("optional", -301, Verdict.StaleTimestamp)]
    [InlineData("forbidden", null, Verdict.Valid)]
    [InlineData("forbidden", 60, Verdict.MalformedCredential)]
    [InlineData("forbidden", -301, Verdict.MalformedCredential)]
    public async Task Expiry_is_checked_as_it_is_configured(string expiry, int? offset, Verdict verdict) => Assert.Equal(
        verdict,
        await TryAsync(Of($"\"expiry\": \"{expiry}\","), TestToken.RS256(offset is null ? "{}" : $$"""{ "exp": {{Seconds + offset}} }""")));

    [Theory]
    [InlineData("nbf", 300, Verdict.Valid)]
    [InlineData("nbf", 301, Verdict.StaleTimestamp)]
    [InlineData("nbf", -1_000_000, Verdict.Valid)]
    [InlineData("iat", 300, Verdict.Valid)]
    [InlineData("iat", 301, Verdict.StaleTimestamp)]
    [InlineData("iat", -1_000_000, Verdict.Valid)]
    public async Task A_token_of_the_future_is_not_believed_yet(string claim, int offset, Verdict verdict) => Assert.Equal(
        verdict,
        await TryAsync(Of("\"expiry\": \"optional\","), TestToken.RS256($$"""{ "{{claim}}": {{Seconds + offset}} }""")));

    [Theory]
    [InlineData(0, 0, Verdict.Valid)]
    [InlineData(0, -1, Verdict.StaleTimestamp)]
    [InlineData(86_400, -86_400, Verdict.Valid)]
    [InlineData(86_400, -86_401, Verdict.StaleTimestamp)]
    public async Task The_tolerance_is_configured(int tolerance, int offset, Verdict verdict) =>
        Assert.Equal(verdict, await TryAsync(Of($"\"tolerance\": {tolerance},"), TestToken.RS256($$"""{ "exp": {{Seconds + offset}} }""")));

    [Theory]
    [InlineData("253402300799")]
    [InlineData("253402300800")]
    [InlineData("9999999999999")]
    public async Task A_token_that_never_expires_is_believed(string expiry) =>
        Assert.Equal(Verdict.Valid, await TryAsync(Plain, TestToken.RS256($$"""{ "exp": {{expiry}} }""")));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_empty_body_holds_no_token(string body) => Assert.Equal(Verdict.MissingCredential, await TryAsync(Plain, body));

    [Theory]
    [InlineData("token")]
    [InlineData("{}")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("e30.e30.")]
    [InlineData("e30.bnVsbA.c2ln")]
    [InlineData("W10.W10.c2ln")]
    [InlineData("eyJhbGciOjV9.e30.c2ln")]
    [InlineData("a.b.c.d.e")]
    public async Task What_is_no_token_proves_nothing(string body) => Assert.Contains(await TryAsync(Plain, body), (Verdict[])[Verdict.MalformedCredential, Verdict.Mismatch]);

    [Fact]
    public async Task Nothing_in_a_token_is_a_reason_to_fail()
    {
        var value = Gen.OneOf("5", "-1", "1e300", "\"x\"", "null", "true", "[]", "{}", "[1,\"a\"]", "253402300800", "\"2026-01-01T00:00:00Z\"", "9999999999999999999999", "1.5");
        var headers = Gen.Select(Gen.OneOf("alg", "typ", "kid", "cty", "x5t", "crit", "zip", "enc"), value).Array[0, 4];
        var claims = Gen.Select(Gen.OneOf("exp", "nbf", "iat", "iss", "aud", "sub", "jti", "actort"), value).Array[0, 4];
        var verifiers = new[] { Plain, Of("\"expiry\": \"forbidden\", \"issuer\": \"a\", \"audience\": \"b\", \"type\": \"c\","), Of("\"expiry\": \"optional\",") };

        await Gen.Select(headers, claims, Gen.OneOf(verifiers), Gen.Bool).SampleAsync(async (header, payload, verifier, isRS256) =>
        {
            var token = TestToken.RS256(
                $"{{{string.Join(',', payload.DistinctBy(member => member.Item1).Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}",
                header: $"{{{string.Join(',', (isRS256 ? header.Prepend(("alg", "\"RS256\"")) : header).DistinctBy(member => member.Item1).Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}");

            Assert.NotEqual(Verdict.NoSecret, await TryAsync(verifier, token));
        }, iter: 500);
    }

    [Theory]
    [InlineData("Bearer TOKEN", Verdict.Valid)]
    [InlineData("bearer  TOKEN", Verdict.Valid)]
    [InlineData("TOKEN", Verdict.MissingCredential)]
    [InlineData("Bearer ", Verdict.MissingCredential)]
    [InlineData("Bearer x", Verdict.MalformedCredential)]
    public async Task A_token_may_stand_in_a_header(string header, Verdict verdict)
    {
        var delivery = Deliveries.Of("{}", [("Authorization", header.Replace("TOKEN", TestToken.RS256(TestToken.Claims), StringComparison.Ordinal))]);

        Assert.Equal(verdict, await Of("\"in\": \"header\",").VerdictAsync(delivery, TestToken.RsaPem));
    }

    [Fact]
    public async Task A_header_that_comes_twice_is_not_read()
    {
        var token = TestToken.RS256(TestToken.Claims);
        var verifier = Of("\"in\": \"header\", \"name\": \"X-Token\", \"prefix\": \"\",");

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of("{}", [("X-Token", token)]), TestToken.RsaPem));
        Assert.Equal(Verdict.MissingCredential, await verifier.VerdictAsync(Deliveries.Of("{}", [("X-Token", token), ("X-Token", token)]), TestToken.RsaPem));
    }

    [Fact]
    public async Task Every_token_in_the_body_has_to_be_right()
    {
        var verifier = Of("\"path\": \"validationTokens[]\",");
        var good = TestToken.RS256(TestToken.Claims);
        var bad = TestToken.RS256(TestToken.Claims, TestToken.OtherRsa);

        Assert.Equal(Verdict.Valid, await TryAsync(verifier, Body(good)));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, Body(good, good)));
        Assert.Equal(Verdict.Mismatch, await TryAsync(verifier, Body(good, bad)));
        Assert.Equal(Verdict.MissingCredential, await TryAsync(verifier, Body(good, "")));
        Assert.Equal(Verdict.MissingCredential, await TryAsync(verifier, """{ "validationTokens": [5] }"""));
        Assert.Equal(Verdict.MissingCredential, await TryAsync(verifier, Body()));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, Body([.. Enumerable.Repeat(good, 100)])));
        Assert.Equal(Verdict.MalformedCredential, await TryAsync(verifier, Body([.. Enumerable.Repeat(good, 101)])));

        static string Body(params string[] tokens) => $$"""{ "validationTokens": [{{string.Join(',', tokens.Select(token => $"\"{token}\""))}}] }""";
    }

    [Fact]
    public async Task Without_a_usable_key_nothing_is_believed()
    {
        var token = TestToken.RS256(TestToken.Claims);

        Assert.Equal(Verdict.NoSecret, await Plain.VerdictAsync(Deliveries.Of(token)));
        Assert.Equal(Verdict.NoSecret, await TryAsync(Plain, token, "not a key"));
        Assert.Equal(Verdict.NoSecret, await TryAsync(Plain, token, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"));
        Assert.Equal(Verdict.NoSecret, await TryAsync(Plain, token, "{"));
        Assert.Equal(Verdict.NoSecret, await TryAsync(Plain, token, """{ "keys": [] }"""));
        Assert.Equal(Verdict.NoSecret, await TryAsync(Of("", "HS256"), token, ""));
    }

    [Fact]
    public async Task A_shared_key_in_a_JWKS_does_not_stand_in_for_a_public_one()
    {
        const string Key = """{ "keys": [{ "kty": "oct", "kid": "one", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY" }] }""";

        Assert.NotEqual(Verdict.Valid, await TryAsync(Plain, TestToken.HS256(TestToken.Claims, SharedKey), Key));
        Assert.NotEqual(Verdict.Valid, await TryAsync(Plain, TestToken.HS256(TestToken.Claims, SharedKey), Key, TestToken.RsaPem));
    }

    [Fact]
    public void Only_the_sender_can_sign() => Assert.IsNotAssignableFrom<ISigner>(Plain);

    private static Verifier Of(string settings, string algorithm = "RS256") =>
        TestVerifier.Of($$"""{ "scheme": "jwt", {{settings}} "algorithms": ["{{algorithm}}"] }""");

    private static Task<Verdict> TryAsync(Verifier verifier, string body, params string[] keys) =>
        verifier.VerdictAsync(Deliveries.Of(Encoding.UTF8.GetBytes(body)), keys.Length == 0 ? [TestToken.RsaPem] : keys);
}
