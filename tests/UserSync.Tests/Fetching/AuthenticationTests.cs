using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserSync.Fetching;
using UserSync.Secrets;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

public sealed class AuthenticationTests
{
    private const string Oauth2 = """{ "auth": { "scheme": "oauth2", "secret": "directory-secret", "client": "client 1", "tokenUrl": "https://login.example.com/token" } }""";

    private readonly TestTime time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{ "scheme": "bearer", "secret": "directory-secret" }""", "s3cret", "Authorization", "Bearer s3cret")]
    [InlineData("""{ "scheme": "basic", "secret": "directory-secret" }""", "user:pässword", "Authorization", "Basic dXNlcjpww6Rzc3dvcmQ=")]
    [InlineData("""{ "scheme": "header", "secret": "directory-secret", "name": "Authorization", "prefix": "SSWS " }""", "s3cret", "Authorization", "SSWS s3cret")]
    [InlineData("""{ "scheme": "header", "secret": "directory-secret", "name": "X-Api-Key" }""", "s3cret\n", "X-Api-Key", "s3cret")]
    [InlineData("""{ "scheme": "none" }""", "s3cret", "Authorization", null)]
    public async Task A_source_system_recognizes_us_by_a_header(string auth, string secret, string header, string? expected)
    {
        await using var server = await SourceServer.StartAsync();
        await using var services = TestServices.Build([("Secrets:directory-secret", secret)]);
        var source = TestFetch.Of($$"""{ "base": "{{server.Address}}", "allowPrivateAddresses": true, "auth": {{auth}}, "headers": { "X-Version": "7" } }""");

        var result = await services.Fetcher().FetchAsync(source, source.EventIn("""{ "id": "815" }"""), Cancellation);

        Assert.Equal("42", result.Record!.Data.GetProperty("user").GetString());
        var headers = Assert.Single(server.Received).Headers;
        Assert.Equal(expected, headers.GetValueOrDefault(header));
        Assert.Equal(("7", "application/json", "truto-user-sync"), (headers["X-Version"], headers["Accept"], headers["User-Agent"]));
        Assert.Equal(auth.Contains("directory-secret", StringComparison.Ordinal) ? ["directory-secret"] : [], source.Fetch!.Secrets);
        Assert.False(headers.ContainsKey("traceparent"));
    }

    [Fact]
    public void The_secrets_of_a_source_include_that_of_its_fetch() =>
        Assert.Equal(["signing-secret", "truto-api-token", "directory-secret"], TestFetch.Of().Secrets);

    [Fact]
    public async Task A_body_makes_it_a_POST_and_is_the_same_for_every_event()
    {
        var network = new Script(Script.Answer(200, "{}"));

        await FetchAsync(network, """{ "body": { "fields": ["{event.id}"], "n": 1.10 } }""");

        var sent = Assert.Single(network.Sent);
        Assert.Equal(("POST", """{"fields":["{event.id}"],"n":1.10}"""), (sent.Method, sent.Body));
    }

    [Fact]
    public async Task Without_a_value_of_the_secret_nobody_is_asked()
    {
        var network = new Script(Script.Answer(200, "{}"));

        var result = await FetchAsync(network, secrets: new TestSecrets());

        Assert.Equal(("no-token", "The secret \"directory-secret\" has no value.", true), (result.Failure!.Cause, result.Failure.Reason, result.Failure.IsTransient));
        Assert.False(result.Failure.SpendsAttempt);
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task A_secret_that_no_header_can_hold_is_not_sent_and_not_quoted()
    {
        var network = new Script(Script.Answer(200, "{}"));

        var result = await FetchAsync(network, secrets: TestSecrets.Of(TestFetcher.Secret, "s3cret\r\nX-Admin: true"));

        Assert.Equal("The secret \"directory-secret\" cannot be used: no header can hold it.", result.Failure!.Reason);
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task A_secret_store_that_is_out_of_reach_spends_no_attempt()
    {
        var secrets = new Moq.Mock<ISecretStore>();
        secrets.Setup(store => store.GetAsync(Moq.It.IsAny<string>(), Moq.It.IsAny<CancellationToken>())).Throws(new SecretStoreException(TestFetcher.Secret));

        var result = await FetchAsync(new Script(Script.Answer(200, "{}")), secrets: secrets.Object);

        Assert.Equal(("secrets-unavailable", false), (result.Failure!.Cause, result.Failure.SpendsAttempt));
    }

    [Fact]
    public async Task A_secret_that_was_just_replaced_is_read_again_once()
    {
        var secrets = new RotatedSecrets("old", "new");
        var network = new Script(Script.Answer(401), Script.Answer(200, """{ "user": "42" }"""));

        var result = await FetchAsync(network, secrets: secrets);

        Assert.NotNull(result.Record);
        Assert.Equal(["old", "new"], network.Sent.Select(sent => sent.Token));
        Assert.Equal([TestFetcher.Secret], secrets.Invalidated);
    }

    [Fact]
    public async Task A_secret_that_is_still_the_same_is_not_sent_twice()
    {
        var network = new Script(Script.Answer(401));

        var result = await FetchAsync(network, secrets: new RotatedSecrets("old"));

        Assert.Single(network.Sent);
        Assert.Equal(
            ("record-unauthorized", "The source system refused the credentials in the secret \"directory-secret\": replace it in the secret store.", true),
            (result.Failure!.Cause, result.Failure.Reason, result.Failure.IsTransient));
    }

    [Fact]
    public async Task After_a_refusal_the_source_system_is_left_alone_for_a_while_whoever_the_events_are_about()
    {
        var network = new Script(Script.Answer(401), Script.Answer(200, """{ "user": "42" }"""));
        var source = TestFetch.Of();
        using var fetcher = TestFetcher.Over(network, time: time);
        await fetcher.FetchAsync(source, source.EventIn("""{ "id": "1" }"""), Cancellation);

        var paused = await fetcher.FetchAsync(source, source.EventIn("""{ "id": "2" }"""), Cancellation);
        time.Advance(TimeSpan.FromSeconds(30));
        var after = await fetcher.FetchAsync(source, source.EventIn("""{ "id": "2" }"""), Cancellation);

        Assert.Equal((TimeSpan.FromSeconds(30), "record-unauthorized"), (paused.Wait, paused.Failure!.Cause));
        Assert.NotNull(after.Record);
    }

    [Theory]
    [InlineData("", "grant_type=client_credentials&client_id=client+1&client_secret=s%26cret%2B", null)]
    [InlineData(""", "scope": "a b" """, "grant_type=client_credentials&scope=a+b&client_id=client+1&client_secret=s%26cret%2B", null)]
    [InlineData(""", "parameters": { "audience": "https://api.example.com" } """, "grant_type=client_credentials&audience=https%3A%2F%2Fapi.example.com&client_id=client+1&client_secret=s%26cret%2B", null)]
    [InlineData(""", "credentials": "header" """, "grant_type=client_credentials", "client%201:s%26cret%2B")]
    public async Task A_token_is_asked_for_with_client_credentials(string members, string body, string? basic)
    {
        await using var server = await SourceServer.StartAsync(context => context.Request.Path == "/token"
            ? SourceServer.JsonAsync(context, """{ "access_token": "token-1", "token_type": "bearer", "expires_in": 3600 }""")
            : SourceServer.JsonAsync(context, """{ "user": "42" }"""));
        await using var services = TestServices.Build([("Secrets:directory-secret", "s&cret+")]);
        var source = TestFetch.Of($$"""
            {
              "base": "{{server.Address}}", "allowPrivateAddresses": true,
              "auth": { "scheme": "oauth2", "secret": "directory-secret", "client": "client 1", "tokenUrl": "{{server.Address}}/token"{{members}} }
            }
            """);

        var result = await services.Fetcher().FetchAsync(source, source.EventIn("""{ "id": "815" }"""), Cancellation);

        Assert.NotNull(result.Record);
        Assert.Equal(["/token", "/users/815"], server.Received.Select(request => request.Target));
        Assert.Equal(("POST", body, "application/x-www-form-urlencoded"), (server.Received[0].Method, server.Received[0].Body, server.Received[0].Headers["Content-Type"]));
        Assert.Equal(basic is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(basic))}", server.Received[0].Headers.GetValueOrDefault("Authorization"));
        Assert.Equal("Bearer token-1", server.Received[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_token_is_kept_renewed_while_it_still_serves_and_asked_for_anew_when_it_has_expired()
    {
        var network = new TokenNetwork(time);
        var source = TestFetch.Of(Oauth2);
        using var fetcher = TestFetcher.Over(network, time: time);

        Assert.Equal("token-1", await network.TokenOfAsync(fetcher, source, "1"));
        time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("token-1", await network.TokenOfAsync(fetcher, source, "2"));
        Assert.Equal(1, network.TokensGiven);

        // Five minutes before it expires, a new one is asked for in passing.
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("token-1", await network.TokenOfAsync(fetcher, source, "3"));
        Assert.Equal("token-2", await network.OtherTokenAsync(fetcher, source, "token-1"));

        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("token-3", await network.TokenOfAsync(fetcher, source, "5"));
        Assert.Equal(3, network.TokensGiven);
    }

    [Theory]
    [InlineData("100", 80)]
    [InlineData("\"100\"", 80)]
    [InlineData("1500", 1200)]
    [InlineData("3600", 3300)]
    [InlineData("864000", 86100)]
    [InlineData("", 240)]
    [InlineData("-1", 240)]
    public async Task A_token_is_renewed_a_fifth_of_its_lifetime_ahead_but_no_more_than_five_minutes(string expiresIn, int seconds)
    {
        var network = new TokenNetwork(time) { ExpiresIn = expiresIn };
        var source = TestFetch.Of(Oauth2);
        using var fetcher = TestFetcher.Over(network, time: time);
        await network.TokenOfAsync(fetcher, source, "1");

        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await network.TokenOfAsync(fetcher, source, "2");
        Assert.Equal(1, network.TokensGiven);

        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("token-2", await network.OtherTokenAsync(fetcher, source, "token-1"));
    }

    [Fact]
    public async Task However_many_want_a_token_it_is_asked_for_once()
    {
        var network = new TokenNetwork(time) { Hold = new TaskCompletionSource() };
        var source = TestFetch.Of(Oauth2);
        using var fetcher = TestFetcher.Over(network, time: time);

        var fetches = Enumerable.Range(0, 20).Select(id => network.TokenOfAsync(fetcher, source, $"{id}")).ToList();
        network.Hold.SetResult();

        Assert.All(await Task.WhenAll(fetches), token => Assert.Equal("token-1", token));
        Assert.Equal(1, network.TokensGiven);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once_however_many_were_refused()
    {
        var network = new TokenNetwork(time) { Refused = "token-1" };
        var source = TestFetch.Of(Oauth2);
        using var fetcher = TestFetcher.Over(network, time: time);

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(id => network.TokenOfAsync(fetcher, source, $"{id}")));

        Assert.All(tokens, token => Assert.Equal("token-2", token));
        Assert.Equal(2, network.TokensGiven);
    }

    [Fact]
    public async Task A_late_refusal_of_an_old_token_does_not_take_the_new_one_away()
    {
        var network = new Script(Script.Answer(200, """{ "access_token": "token-1" }"""), Script.Answer(200, """{ "access_token": "token-2" }"""));
        var tokens = new AccessTokens(TestFetcher.Clients(network), TestSecrets.Of(TestFetcher.Secret, "s3cret"), new FetchingOptions(), time);
        var authentication = (TokenAuthentication)TestFetch.Of(Oauth2).Fetch!.Authentication;
        var first = await tokens.GetAsync(authentication, allowsPrivate: false, Cancellation);
        tokens.Forget(authentication, first);
        var second = await tokens.GetAsync(authentication, allowsPrivate: false, Cancellation);

        tokens.Forget(authentication, first);

        Assert.Equal(second, await tokens.GetAsync(authentication, allowsPrivate: false, Cancellation));
        Assert.Equal("Bearer token-2", second.Value);
    }

    [Fact]
    public async Task A_token_that_is_refused_again_is_a_failure_and_no_loop()
    {
        var network = new Script(
            Script.Answer(200, """{ "access_token": "token-1" }"""), Script.Answer(401), Script.Answer(200, """{ "access_token": "token-2" }"""), Script.Answer(401));

        var result = await FetchAsync(network, Oauth2);

        Assert.Equal("record-unauthorized", result.Failure!.Cause);
        Assert.Equal(4, network.Sent.Count);
    }

    [Theory]
    [InlineData(400, """{ "error": "invalid_client", "error_description": "client s3cret is unknown" }""", "the token address answered 400 (invalid_client)")]
    [InlineData(401, """{ "error": "s3cret" }""", "the token address answered 401")]
    [InlineData(403, "<html>", "the token address answered 403")]
    [InlineData(302, null, "the token address answered 302")]
    [InlineData(200, "<html>", "the token address answered without a usable one")]
    [InlineData(200, "[]", "the token address answered without a usable one")]
    [InlineData(200, """{ "access_token": "" }""", "the token address answered without a usable one")]
    [InlineData(200, """{ "access_token": "a\nb" }""", "the token address answered without a usable one")]
    [InlineData(200, """{ "access_token": "a", "token_type": "mac" }""", "the token address answered without a usable one")]
    public async Task Where_no_token_is_given_the_reason_says_so_and_quotes_nothing(int status, string? body, string expected)
    {
        var network = new Script(Script.Answer(status, body));

        var result = await FetchAsync(network, Oauth2);

        Assert.Equal(("record-unauthorized", $"No access token was given for the secret \"directory-secret\": {expected}."), (result.Failure!.Cause, result.Failure.Reason));
        Assert.Single(network.Sent);
    }

    [Theory]
    [InlineData(429, "rate-limited")]
    [InlineData(500, "record-failure")]
    [InlineData(503, "record-failure")]
    public async Task A_token_address_that_fails_may_recover(int status, string cause)
    {
        var result = await FetchAsync(new Script(Script.Answer(status, null, ("Retry-After", "7"))), Oauth2);

        Assert.Equal((cause, TimeSpan.FromSeconds(7)), (result.Failure!.Cause, result.Failure.RetryAfter));
    }

    [Fact]
    public async Task A_token_address_that_refused_is_not_asked_again_at_once()
    {
        var network = new Script(Script.Answer(400, """{ "error": "invalid_client" }"""), Script.Answer(200, """{ "access_token": "token-1" }"""));
        var tokens = new AccessTokens(TestFetcher.Clients(network), TestSecrets.Of(TestFetcher.Secret, "s3cret"), new FetchingOptions(), time);
        var authentication = (TokenAuthentication)TestFetch.Of(Oauth2).Fetch!.Authentication;

        var refused = await tokens.GetAsync(authentication, allowsPrivate: false, Cancellation);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Same(refused, await tokens.GetAsync(authentication, allowsPrivate: false, Cancellation));
        time.Advance(TimeSpan.FromSeconds(1));
        var given = await tokens.GetAsync(authentication, allowsPrivate: false, Cancellation);

        Assert.Equal(("record-unauthorized", "Bearer token-1"), (refused.Failure!.Cause, given.Value));
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task A_client_secret_that_was_just_replaced_is_read_again_once()
    {
        var network = new Script(Script.Answer(401, """{ "error": "invalid_client" }"""), Script.Answer(200, """{ "access_token": "token-1" }"""), Script.Answer(200, """{ "user": "42" }"""));

        var result = await FetchAsync(network, Oauth2, new RotatedSecrets("old", "new"));

        Assert.NotNull(result.Record);
        Assert.Contains("client_secret=old", network.Sent[0].Body, StringComparison.Ordinal);
        Assert.Contains("client_secret=new", network.Sent[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Google_is_shown_an_assertion_that_the_service_account_signed()
    {
        using var rsa = RSA.Create(2048);
        await using var server = await SourceServer.StartAsync(context => SourceServer.JsonAsync(context, context.Request.Path == "/token"
            ? """{ "access_token": "ya29.token", "token_type": "Bearer", "expires_in": 3599 }"""
            : """{ "id": "1" }"""));
        await using var services = TestServices.Build([("Secrets:directory-secret", GoogleKey.Of(rsa))]);
        var source = TestFetch.Of($$"""
            {
              "base": "{{server.Address}}", "allowPrivateAddresses": true,
              "auth": { "scheme": "google", "secret": "directory-secret", "subject": "admin@example.com", "scope": "a b", "tokenUrl": "{{server.Address}}/token" }
            }
            """);

        var result = await services.Fetcher().FetchAsync(source, source.EventIn("""{ "id": "815" }"""), Cancellation);

        Assert.NotNull(result.Record);
        var form = QueryHelper(server.Received[0].Body);
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var assertion = await new JsonWebTokenHandler().ValidateTokenAsync(form["assertion"], new TokenValidationParameters
        {
            ValidIssuer = GoogleKey.Account,
            ValidAudience = $"{server.Address}/token",
            ValidAlgorithms = ["RS256"],
            IssuerSigningKey = new RsaSecurityKey(rsa),
        });
        Assert.True(assertion.IsValid, assertion.Exception?.Message);
        Assert.Equal(("admin@example.com", "a b"), (assertion.Claims["sub"], assertion.Claims["scope"]));
        var token = (JsonWebToken)assertion.SecurityToken;
        Assert.Equal((GoogleKey.Id, TimeSpan.FromHours(1)), (token.Kid, token.ValidTo - token.IssuedAt));
        Assert.Equal("Bearer ya29.token", server.Received[1].Headers["Authorization"]);
    }

    [Theory]
    [InlineData("s3cret")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "client_email": "a@example.com", "private_key": "s3cret" }""")]
    [InlineData("""{ "client_email": 5, "private_key": 5 }""")]
    public async Task What_is_no_key_of_a_service_account_is_said_and_not_quoted(string key)
    {
        var network = new Script(Script.Answer(200, "{}"));

        var result = await FetchAsync(
            network, """{ "auth": { "scheme": "google", "secret": "directory-secret", "subject": "admin@example.com", "scope": "a" } }""", TestSecrets.Of(TestFetcher.Secret, key));

        Assert.Equal("The secret \"directory-secret\" cannot be used: it is not the JSON key of a service account.", result.Failure!.Reason);
        Assert.Empty(network.Sent);
    }

    [Fact]
    public void Nothing_that_holds_a_credential_shows_it()
    {
        Assert.Equal("credential", new Credential("Bearer s3cret").ToString());
        Assert.Equal("until 2026-01-01T00:00:00.0000000+00:00", new AccessToken("s3cret", Now.Time, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToString());
    }

    private static Dictionary<string, string> QueryHelper(string form) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(form).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    private async Task<FetchResult> FetchAsync(HttpMessageHandler network, string fetch = "{}", ISecretStore? secrets = null)
    {
        var source = TestFetch.Of(fetch);
        using var fetcher = TestFetcher.Over(network, secrets, time: time);
        return await fetcher.FetchAsync(source, source.EventIn("""{ "id": "815" }"""), Cancellation);
    }
}
