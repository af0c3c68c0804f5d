using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class TokenVerifierTests
{
    private static Verifier InHeader => TestVerifier.Of("""{ "scheme": "token", "name": "X-Token" }""");
    private static Verifier Bearer => TestVerifier.Of("""{ "scheme": "token", "in": "header", "name": "Authorization", "prefix": "Bearer " }""");
    private static Verifier InQuery => TestVerifier.Of("""{ "scheme": "token", "in": "query", "name": "key" }""");
    private static Verifier InBody => TestVerifier.Of("""{ "scheme": "token", "in": "body", "path": "secretkey" }""");
    private static Verifier InItems => TestVerifier.Of("""{ "scheme": "token", "in": "body", "path": "value[].clientState" }""");

    [Theory]
    [InlineData("token", Verdict.Valid)]
    [InlineData("old token", Verdict.Valid)]
    [InlineData("Token", Verdict.Mismatch)]
    [InlineData("token ", Verdict.Mismatch)]
    [InlineData("toke", Verdict.Mismatch)]
    [InlineData("", Verdict.MissingCredential)]
    [InlineData(null, Verdict.MissingCredential)]
    public async Task A_header_holds_the_token(string? value, Verdict verdict) =>
        Assert.Equal(verdict, await InHeader.VerdictAsync(Deliveries.Of("{}", value is null ? [] : [("x-token", value)]), "token", "old token"));

    [Theory]
    [InlineData("Bearer token", Verdict.Valid)]
    [InlineData("bearer token", Verdict.Valid)]
    [InlineData("Bearer  token", Verdict.Mismatch)]
    [InlineData("Bearer", Verdict.MalformedCredential)]
    [InlineData("Basic token", Verdict.MalformedCredential)]
    [InlineData("token", Verdict.MalformedCredential)]
    [InlineData("Bearer ", Verdict.Mismatch)]
    public async Task A_prefix_has_to_stand_before_it(string value, Verdict verdict) =>
        Assert.Equal(verdict, await Bearer.VerdictAsync(Deliveries.Of("{}", [("Authorization", value)]), "token"));

    [Theory]
    [InlineData("key", "token", Verdict.Valid)]
    [InlineData("key", "x", Verdict.Mismatch)]
    [InlineData("key", "", Verdict.MissingCredential)]
    [InlineData("KEY", "token", Verdict.MissingCredential)]
    public async Task A_query_holds_the_token(string name, string value, Verdict verdict) =>
        Assert.Equal(verdict, await InQuery.VerdictAsync(Deliveries.Of("{}", query: [(name, value)]), "token"));

    [Fact]
    public async Task A_token_that_comes_twice_is_not_read()
    {
        Assert.Equal(Verdict.MalformedCredential, await InHeader.VerdictAsync(Deliveries.Of("{}", [("X-Token", "token"), ("X-Token", "token")]), "token"));
        Assert.Equal(Verdict.MalformedCredential, await InQuery.VerdictAsync(Deliveries.Of("{}", query: [("key", "x"), ("key", "token")]), "token"));
    }

    [Theory]
    [InlineData("token", "")]
    [InlineData("", "token")]
    [InlineData("wrong", "")]
    public async Task A_token_that_comes_once_more_without_a_value_is_not_read(string first, string second)
    {
        Assert.Equal(Verdict.MalformedCredential, await InHeader.VerdictAsync(Deliveries.Of("{}", [("X-Token", first), ("X-Token", second)]), "token"));
        Assert.Equal(Verdict.MalformedCredential, await InQuery.VerdictAsync(Deliveries.Of("{}", query: [("key", first), ("key", second)]), "token"));
    }

    [Fact]
    public async Task The_name_of_a_query_parameter_may_be_one_that_no_header_has()
    {
        var verifier = TestVerifier.Of("""{ "scheme": "token", "in": "query", "name": "access token" }""");

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of("{}", query: [("access token", "token")]), "token"));
    }

    [Theory]
    [InlineData("""{ "secretkey": "token" }""", Verdict.Valid)]
    [InlineData("""{ "secretkey": "x" }""", Verdict.Mismatch)]
    [InlineData("""{ "secretkey": null }""", Verdict.MissingCredential)]
    [InlineData("""{ "secretkey": "" }""", Verdict.MissingCredential)]
    [InlineData("""{ "secretkey": 5 }""", Verdict.MissingCredential)]
    [InlineData("""{ "secretkey": ["token"] }""", Verdict.MissingCredential)]
    [InlineData("{}", Verdict.MissingCredential)]
    [InlineData("[]", Verdict.MissingCredential)]
    [InlineData("not JSON", Verdict.MissingCredential)]
    public async Task A_body_holds_the_token(string body, Verdict verdict) => Assert.Equal(verdict, await InBody.VerdictAsync(Deliveries.Of(body), "token"));

    [Theory]
    [InlineData("""{ "value": [{ "clientState": "token" }] }""", Verdict.Valid)]
    [InlineData("""{ "value": [{ "clientState": "token" }, { "clientState": "old token" }] }""", Verdict.Valid)]
    [InlineData("""{ "value": [{ "clientState": "token" }, { "clientState": "x" }] }""", Verdict.Mismatch)]
    [InlineData("""{ "value": [{ "clientState": "x" }, { "clientState": "token" }] }""", Verdict.Mismatch)]
    [InlineData("""{ "value": [{ "clientState": "token" }, {}] }""", Verdict.MalformedCredential)]
    [InlineData("""{ "value": [{ "clientState": "token" }, { "clientState": null }] }""", Verdict.MalformedCredential)]
    [InlineData("""{ "value": [{ "clientState": "token" }, { "clientState": "" }] }""", Verdict.Mismatch)]
    [InlineData("""{ "value": [{ "clientState": "token" }, 5] }""", Verdict.MalformedCredential)]
    [InlineData("""{ "value": [] }""", Verdict.MissingCredential)]
    [InlineData("""{ "value": { "clientState": "token" } }""", Verdict.MissingCredential)]
    [InlineData("{}", Verdict.MissingCredential)]
    public async Task Every_item_of_a_batch_holds_the_token(string body, Verdict verdict) =>
        Assert.Equal(verdict, await InItems.VerdictAsync(Deliveries.Of(body), "token", "old token"));

    [Fact]
    public async Task Without_a_secret_nothing_is_believed()
    {
        Assert.Equal(Verdict.NoSecret, await InHeader.VerdictAsync(Deliveries.Of("{}", [("X-Token", "token")])));
        Assert.Equal(Verdict.NoSecret, await Bearer.VerdictAsync(Deliveries.Of("{}", [("Authorization", "Bearer ")]), ""));
    }

    [Fact]
    public void A_credential_in_the_body_is_known_so_that_it_can_be_left_behind()
    {
        Assert.Equal("value[].clientState", Assert.Single(InItems.BodyCredentials).Text);
        Assert.Empty(InHeader.BodyCredentials);
    }

    [Fact]
    public void A_token_is_a_secret_unless_it_is_said_not_to_be_one() => Assert.All([InHeader, Bearer, InQuery, InBody], verifier => Assert.Null(verifier.Weakness));

    [Fact]
    public void A_weak_token_says_so() => Assert.Equal(
        "Envelope.Id identifies the sender but is no secret: also restrict who can reach this address",
        TestVerifier.Of("""{ "scheme": "token", "in": "body", "path": "Envelope.Id", "weak": true }""").Weakness);
}
