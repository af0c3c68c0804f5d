using System.Security.Cryptography;
using System.Text;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class CombinedVerifierTests
{
    private const string Parts = """[{ "scheme": "token", "name": "X-One" }, { "scheme": "token", "in": "body", "path": "two", "secrets": ["other-secret"], "weak": true }]""";

    private static Verifier Any => TestVerifier.Of($$"""{ "scheme": "any", "of": {{Parts}} }""");
    private static Verifier All => TestVerifier.Of($$"""{ "scheme": "all", "of": {{Parts}} }""");
    private static Verifier Digest => TestVerifier.Of("""{ "scheme": "digest", "header": "X-Digest", "content": "{secret}{body}" }""");
    private static Verifier None => TestVerifier.Of("""{ "scheme": "none" }""");

    [Theory]
    [InlineData("one", "two", Verdict.Valid, Verdict.Valid)]
    [InlineData("one", null, Verdict.Valid, Verdict.MissingCredential)]
    [InlineData(null, "two", Verdict.Valid, Verdict.MissingCredential)]
    [InlineData("one", "x", Verdict.Valid, Verdict.Mismatch)]
    [InlineData("x", "two", Verdict.Valid, Verdict.Mismatch)]
    [InlineData("x", null, Verdict.Mismatch, Verdict.Mismatch)]
    [InlineData(null, "x", Verdict.Mismatch, Verdict.MissingCredential)]
    [InlineData(null, null, Verdict.MissingCredential, Verdict.MissingCredential)]
    public async Task One_or_all_of_the_checks_must_succeed(string? one, string? two, Verdict any, Verdict all)
    {
        var delivery = Deliveries.Of(two is null ? "{}" : $$"""{ "two": "{{two}}" }""", one is null ? [] : [("X-One", one)]);
        var secrets = TestSecrets.Of(TestVerifier.SecretName, "one").Add("other-secret", "two");

        Assert.Equal(any, (await Any.VerifyAsync(delivery, secrets, CancellationToken.None)).Verdict);
        Assert.Equal(all, (await All.VerifyAsync(delivery, secrets, CancellationToken.None)).Verdict);
    }

    [Fact]
    public void What_the_parts_need_is_what_the_whole_needs()
    {
        foreach (var whole in new[] { Any, All })
        {
            Assert.Equal([TestVerifier.SecretName, "other-secret"], whole.Secrets);
            Assert.Equal("two", Assert.Single(whole.BodyCredentials).Text);
            Assert.False(whole.LacksSecret);
            Assert.False(whole.UsesUrl);
        }
    }

    [Fact]
    public void Any_is_as_weak_as_its_weakest_part_and_all_as_strong_as_its_strongest()
    {
        Assert.NotNull(Any.Weakness);
        Assert.Null(All.Weakness);
        Assert.Null(TestVerifier.Of("""{ "scheme": "all", "of": [{ "scheme": "none" }, { "scheme": "basic" }] }""").Weakness);
        Assert.NotNull(TestVerifier.Of("""{ "scheme": "all", "of": [{ "scheme": "none" }, { "scheme": "none" }] }""").Weakness);
        Assert.Null(TestVerifier.Of("""{ "scheme": "any", "of": [{ "scheme": "basic" }, { "scheme": "basic" }] }""").Weakness);
    }

    [Theory]
    [InlineData("any")]
    [InlineData("all")]
    public void A_part_that_signs_the_address_makes_the_whole_need_it(string scheme) => Assert.True(
        TestVerifier.Of($$"""{ "scheme": "{{scheme}}", "of": [{ "scheme": "basic" }, { "scheme": "hmac", "header": "X", "content": "{url}{body}" }] }""").UsesUrl);

    /// <summary>Such a part of "all" could never succeed, and one of "any" would be there for nothing.</summary>
    [Theory]
    [InlineData("any")]
    [InlineData("all")]
    public void A_part_without_a_secret_makes_the_whole_lack_one(string scheme)
    {
        var parts = $$"""{ "scheme": "{{scheme}}", "of": [{ "scheme": "basic", "secrets": "own-secret" }, { "scheme": "token", "name": "X-Token" }] }""";

        var finding = Assert.Single(TestSource.Read(TestSource.With($$"""{ "secrets": null, "verify": {{parts}} }""")).Findings);

        Assert.Equal(("$.secrets", "no secret is named, so no delivery could be verified"), (finding.Path, finding.Problem));
    }

    [Fact]
    public async Task None_believes_everything_and_says_so()
    {
        Assert.Equal(Verdict.Valid, await None.VerdictAsync(Deliveries.Of("anything")));
        Assert.Equal("deliveries are not verified: anybody who can reach this address can change users", None.Weakness);
        Assert.False(None.LacksSecret);
    }

    [Fact]
    public async Task A_digest_is_the_plain_hash_of_secret_and_content()
    {
        var right = Convert.ToHexString(SHA256.HashData("secret{}"u8));

        Assert.Equal(Verdict.Valid, await Digest.VerdictAsync(Deliveries.Of("{}", [("X-Digest", right)]), "x", "secret"));
        Assert.Equal(Verdict.Mismatch, await Digest.VerdictAsync(Deliveries.Of("[]", [("X-Digest", right)]), "secret"));
        Assert.Equal(Verdict.Mismatch, await Digest.VerdictAsync(Deliveries.Of("{}", [("X-Digest", right)]), "Secret"));
        Assert.Equal(Verdict.MissingCredential, await Digest.VerdictAsync(Deliveries.Of(), "secret"));
        Assert.Equal(Verdict.MalformedCredential, await Digest.VerdictAsync(Deliveries.Of("{}", [("X-Digest", "x")]), "secret"));
        Assert.Equal("a plain digest can be lengthened by whoever sees one: use the sender's newer signature", Digest.Weakness);
    }

    [Fact]
    public async Task Any_of_several_digests_may_fit()
    {
        var right = Convert.ToHexString(SHA256.HashData("secret{}"u8));
        var verifier = TestVerifier.Of("""{ "scheme": "digest", "header": "X-Digest", "separator": ",", "content": "{secret}{body}" }""");

        foreach (var header in new[] { $"00,{right}", $"{right},00", $"{right},{right}" })
        {
            Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of("{}", [("X-Digest", header)]), "secret"));
        }

        Assert.Equal(Verdict.Mismatch, await verifier.VerdictAsync(Deliveries.Of("{}", [("X-Digest", "00,11")]), "secret"));
    }

    [Fact]
    public void A_digest_without_its_secret_is_refused()
    {
        var error = Assert.Single(TestSource.Read(TestSource.With(
            """{ "verify": { "scheme": "digest", "header": "X-Digest", "content": "{body}" } }""")).Findings.Errors);

        Assert.Equal(("$.verify.content", "a digest without its secret proves nothing", "Add {secret}"), (error.Path, error.Problem, error.Remedy));
    }

    [Fact]
    public async Task A_digest_with_an_empty_secret_proves_nothing() => Assert.Equal(
        Verdict.NoSecret,
        await Digest.VerdictAsync(Deliveries.Of("{}", [("X-Digest", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("{}"))))]), ""));
}
