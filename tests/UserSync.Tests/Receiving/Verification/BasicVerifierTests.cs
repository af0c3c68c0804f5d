using System.Text;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class BasicVerifierTests
{
    private static Verifier Basic => TestVerifier.Of("""{ "scheme": "basic" }""");

    [Theory]
    [InlineData("ada:pässword:with colon", Verdict.Valid)]
    [InlineData("ada:old", Verdict.Valid)]
    [InlineData("ada:wrong", Verdict.Mismatch)]
    [InlineData("Ada:old", Verdict.Mismatch)]
    [InlineData("ada", Verdict.Mismatch)]
    public async Task User_and_password_are_compared(string credentials, Verdict verdict) =>
        Assert.Equal(verdict, await TryAsync($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}"));

    [Theory]
    [InlineData("basic YWRhOm9sZA==", Verdict.Valid)]
    [InlineData("Basic YWRhOm9sZA", Verdict.Valid)]
    [InlineData("Basic   YWRhOm9sZA== ", Verdict.Valid)]
    [InlineData("Basic", Verdict.MalformedCredential)]
    [InlineData("Basic ", Verdict.MalformedCredential)]
    [InlineData("Basic !", Verdict.MalformedCredential)]
    [InlineData("Bearer YWRhOm9sZA==", Verdict.MalformedCredential)]
    [InlineData("YWRhOm9sZA==", Verdict.MalformedCredential)]
    [InlineData("", Verdict.MissingCredential)]
    public async Task The_header_is_read_as_RFC_7617_says(string header, Verdict verdict) => Assert.Equal(verdict, await TryAsync(header));

    [Fact]
    public async Task Without_the_header_there_is_no_credential() => Assert.Equal(Verdict.MissingCredential, await Basic.VerdictAsync(Deliveries.Of(), "ada:old"));

    [Fact]
    public async Task Two_headers_are_not_read() => Assert.Equal(
        Verdict.MalformedCredential,
        await Basic.VerdictAsync(Deliveries.Of("{}", [("Authorization", "Basic eA=="), ("Authorization", "Basic YWRhOm9sZA==")]), "ada:old"));

    [Fact]
    public async Task Without_a_secret_nothing_is_believed() =>
        Assert.Equal(Verdict.NoSecret, await Basic.VerdictAsync(Deliveries.Of("{}", [("Authorization", "Basic YWRhOm9sZA==")])));

    private static Task<Verdict> TryAsync(string header) =>
        Basic.VerdictAsync(Deliveries.Of("{}", [("Authorization", header)]), "ada:pässword:with colon", "ada:old");
}
