using System.Security.Cryptography;
using System.Text;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class CombinedVerifierTests
{
    private const string Parts = """[{ "scheme": "token", "name": "X-One" }, { "scheme": "token", "in": "body", "path": "two", "secrets": ["other-secret"], "weak": true }]""";

    private static readonly Verifier Any = TestVerifier.Of($$"""{ "scheme": "any", "of": {{Parts}} }""");
    private static readonly Verifier All = TestVerifier.Of($$"""{ "scheme": "all", "of": {{Parts}} }""");
    private static readonly Verifier Digest = TestVerifier.Of("""{ "scheme": "digest", "header": "X-Digest", "content": "{secret}{body}" }""");
    private static readonly Verifier None = TestVerifier.Of("""{ "scheme": "none" }""");

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
        Assert.NotNull(TestVerifier.Of("""{ "scheme": "all", "of": [{ "scheme": "none" }, { "scheme": "none" }] }""").Weakness);
    }

    [Fact]
    public void A_part_that_signs_the_address_makes_the_whole_need_it() =>
        Assert.True(TestVerifier.Of("""{ "scheme": "any", "of": [{ "scheme": "basic" }, { "scheme": "hmac", "header": "X", "content": "{url}{body}" }] }""").UsesUrl);

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
    public async Task A_digest_with_an_empty_secret_proves_nothing() => Assert.Equal(
        Verdict.NoSecret,
        await Digest.VerdictAsync(Deliveries.Of("{}", [("X-Digest", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("{}"))))]), ""));
}
