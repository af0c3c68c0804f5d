using System.Security.Cryptography;
using System.Text;
using Moq;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

/// <summary>Most stores answer at once; those that do not are waited for, and what they say counts as much.</summary>
public sealed class UsableSecretsTests
{
    private static readonly string[] Schemes =
    [
        """{ "scheme": "hmac", "header": "X-Signature" }""",
        """{ "scheme": "token", "name": "X-Token" }""",
        """{ "scheme": "basic" }""",
    ];

    public static TheoryData<string, bool, string[], Verdict> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, string[], Verdict>();
            foreach (var scheme in Schemes)
            {
                foreach (var isLate in new[] { false, true })
                {
                    cases.Add(scheme, isLate, ["right"], Verdict.Valid);
                    cases.Add(scheme, isLate, ["old", "", "right"], Verdict.Valid);
                    cases.Add(scheme, isLate, ["right ", " right"], Verdict.Mismatch);
                    cases.Add(scheme, isLate, ["wrong", " "], Verdict.Mismatch);
                    cases.Add(scheme, isLate, ["", " "], Verdict.NoSecret);
                    cases.Add(scheme, isLate, [], Verdict.NoSecret);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_store_may_answer_at_once_or_later(string scheme, bool isLate, string[] values, Verdict verdict)
    {
        var result = await VerifyAsync(scheme, Store(isLate, () => values));

        Assert.Equal((verdict, verdict == Verdict.Valid ? "right" : null), (result.Verdict, result.Secret));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_secrets_are_read_one_after_the_other(bool isLate)
    {
        const string Two = """{ "scheme": "token", "name": "X-Token", "secrets": ["one", "two"] }""";
        var next = new Queue<string[]>([["old", ""], ["right"]]);

        Assert.True((await VerifyAsync(Two, Store(isLate, next.Dequeue))).IsValid);
        Assert.Empty(next);
    }

    [Fact]
    public Task A_store_that_fails_later_is_not_an_answer() => Assert.ThrowsAsync<SecretStoreException>(
        () => VerifyAsync(Schemes[0], Store(isLate: true, () => throw new SecretStoreException("x"))));

    private static Task<VerificationResult> VerifyAsync(string scheme, ISecretStore secrets) =>
        TestVerifier.Of(scheme).VerifyAsync(Signed(), secrets, TestContext.Current.CancellationToken).AsTask();

    private static ISecretStore Store(bool isLate, Func<string[]> values)
    {
        var store = new Mock<ISecretStore>();
        store.Setup(secrets => secrets.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(AnswerAsync);
        return store.Object;

        async ValueTask<IReadOnlyList<string>> AnswerAsync()
        {
            if (isLate)
            {
                await Task.Yield();
            }

            return values();
        }
    }

    private static UserSync.Receiving.Delivery Signed() => Deliveries.Of("{}", [
        ("X-Signature", Convert.ToHexString(HMACSHA256.HashData("right"u8, "{}"u8))),
        ("X-Token", "right"),
        ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("right"))}")]);
}
