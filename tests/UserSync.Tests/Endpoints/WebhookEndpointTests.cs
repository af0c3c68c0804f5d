using Moq;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

public sealed class WebhookEndpointTests
{
    [Fact]
    public async Task An_event_is_answered_with_Trutos_response()
    {
        using var endpoint = TestEndpoint.With("{}", Script.Answer(200, """{ "id": "42", "name": "Ada <ü>" }"""));

        var answer = await endpoint.SendAsync();

        Assert.Equal((200, "application/json", """{"id":"42","name":"Ada <ü>"}"""), (answer.Status, answer.ContentType, answer.Body));
        Assert.Equal("29", answer.Headers["Content-Length"]);
        Assert.Single(endpoint.Truto.Sent);
    }

    [Fact]
    public async Task An_unknown_source_is_404()
    {
        using var endpoint = TestEndpoint.With();

        var answer = await endpoint.SendAsync(source: "Test");

        Assert.Equal((404, "unknown-source", "No source has this name."), (answer.Status, answer.Problem, answer.Detail));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    public async Task A_source_that_is_broken_is_503(string content)
    {
        using var endpoint = TestEndpoint.With().AddFile("broken.json", content);

        var answer = await endpoint.SendAsync(source: "broken");

        Assert.Equal((503, "source-not-ready", "60"), (answer.Status, answer.Problem, answer.Headers["Retry-After"]));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("OPTIONS")]
    [InlineData("PUT")]
    public async Task Another_method_is_405(string method)
    {
        using var endpoint = TestEndpoint.With();

        var answer = await endpoint.SendAsync(method: method);

        Assert.Equal((405, "wrong-method", "POST"), (answer.Status, answer.Problem, answer.Headers["Allow"]));
        Assert.Empty(endpoint.Truto.Sent);
    }

    [Fact]
    public async Task A_method_of_a_handshake_brings_no_events()
    {
        using var endpoint = TestEndpoint.With("""{ "handshake": { "method": "GET", "when": { "header:X-Challenge": true }, "text": "header:X-Challenge" } }""");

        Assert.Equal(405, (await endpoint.SendAsync(method: "GET")).Status);
        Assert.Empty(endpoint.Truto.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413(bool hasLength)
    {
        using var endpoint = TestEndpoint.With();
        endpoint.Receiving.MaxBodyBytes = 2000;

        Assert.Equal(200, (await endpoint.SendAsync("""{ "user": "42", "email": "a" }""".PadRight(2000), hasLength: hasLength)).Status);
        var answer = await endpoint.SendAsync("{}".PadRight(2001), hasLength: hasLength);

        Assert.Equal((413, "too-large", "A delivery may have at most 2000 bytes."), (answer.Status, answer.Problem, answer.Detail));
        Assert.Contains("Warning Refused a delivery to source test: it is too large.", endpoint.Log.Lines);
    }

    [Theory]
    [InlineData("wrong", Verdict.Mismatch)]
    [InlineData(null, Verdict.MissingCredential)]
    public async Task What_is_not_genuine_is_401_with_nothing_that_helps(string? token, Verdict verdict)
    {
        using var endpoint = TestEndpoint.With();

        var answer = await endpoint.SendAsync("not even JSON", token is null ? [] : [("X-Token", token)]);

        Assert.Equal((401, "not-verified", "The delivery could not be verified."), (answer.Status, answer.Problem, answer.Detail));
        Assert.Equal("Signature realm=\"webhooks\"", answer.Headers["WWW-Authenticate"]);
        Assert.Equal([$"Warning Refused a delivery to source test: {verdict}."], endpoint.Log.Lines);
    }

    [Fact]
    public async Task Every_refusal_looks_the_same()
    {
        using var endpoint = TestEndpoint.With("""
            { "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{header:X-Time}{body}", "timestamp": { "from": "header:X-Time" } } }
            """);
        (string, string)[][] attempts =
            [[], [("X-Signature", "!")], [("X-Signature", "00")], [("X-Signature", "00"), ("X-Time", "1")], [("X-Signature", "00"), ("X-Time", "1767225600")]];
        var answers = new List<Answer>();
        foreach (var headers in attempts)
        {
            answers.Add(await endpoint.SendAsync(headers: headers));
        }

        Assert.Equal(5, endpoint.Log.Lines.Distinct().Count());
        Assert.All(answers, answer => Assert.Equal((answers[0].Status, answers[0].Body), (answer.Status, answer.Body)));
    }

    [Fact]
    public async Task Without_a_secret_the_sender_has_to_come_again()
    {
        using var endpoint = new TestEndpoint { Secrets = new TestSecrets() }.Add("test", "{}");

        var answer = await endpoint.SendAsync();

        Assert.Equal((503, "source-not-ready", "60"), (answer.Status, answer.Problem, answer.Headers["Retry-After"]));
        Assert.Equal(["Error Source test has no usable secret: nothing can be verified."], endpoint.Log.Lines);
    }

    [Fact]
    public async Task Without_a_secret_store_the_sender_has_to_come_again()
    {
        var secrets = new Mock<ISecretStore>();
        secrets.Setup(store => store.GetAsync("signing-secret", It.IsAny<CancellationToken>())).ThrowsAsync(new SecretStoreException("signing-secret"));
        using var endpoint = new TestEndpoint { Secrets = secrets.Object }.Add("test", "{}");

        var answer = await endpoint.SendAsync();

        Assert.Equal((503, "secrets-unavailable", "10"), (answer.Status, answer.Problem, answer.Headers["Retry-After"]));
        Assert.Equal(["Error A delivery to source test has to come again: the secret signing-secret cannot be read."], endpoint.Log.Lines);
    }

    [Fact]
    public async Task Without_the_store_of_the_API_token_the_sender_has_to_come_again()
    {
        var secrets = new Mock<ISecretStore>();
        secrets.Setup(store => store.GetAsync("signing-secret", It.IsAny<CancellationToken>())).ReturnsAsync([TestEndpoint.Token]);
        secrets.Setup(store => store.GetAsync(TrutoTarget.DefaultTokenSecret, It.IsAny<CancellationToken>())).ThrowsAsync(new SecretStoreException(TrutoTarget.DefaultTokenSecret));
        using var endpoint = new TestEndpoint { Secrets = secrets.Object }.Add("test", "{}");

        Assert.Equal("secrets-unavailable", (await endpoint.SendAsync()).Problem);
    }

    [Theory]
    [InlineData("{", 400, "The delivery is genuine, but the body is not JSON (line 1, byte 2).")]
    [InlineData("", 400, "The delivery is genuine, but the body is empty.")]
    [InlineData("""{ "other": [] }""", 400, "The delivery is genuine, but the body has no events where source \"test\" expects them.")]
    [InlineData("""{ "events": [1, 2, 3] }""", 413, "The delivery is genuine, but the delivery holds more than 2 events.")]
    public async Task What_is_genuine_and_not_understood_is_said(string body, int status, string detail)
    {
        using var endpoint = TestEndpoint.With("""{ "events": { "path": "events" } }""");
        endpoint.Receiving.MaxEvents = 2;

        var answer = await endpoint.SendAsync(body);

        Assert.Equal((status, "not-understood", detail), (answer.Status, answer.Problem, answer.Detail));
    }

    [Theory]
    [InlineData("missing", """{"event":"e","outcome":"skipped","reason":"filtered"}""")]
    [InlineData("user", """{"event":"e","outcome":"skipped","reason":"unchanged"}""")]
    public async Task An_event_with_nothing_to_do_is_a_success(string when, string expected)
    {
        using var endpoint = TestEndpoint.With($$"""{ "id": "id", "when": "{{when}}", "acknowledge": { "status": 202 } }""");

        var answer = await endpoint.SendAsync("""{ "id": "e", "user": "42" }""");

        Assert.Equal((202, expected), (answer.Status, answer.Body));
        Assert.Empty(endpoint.Truto.Sent);
    }

    [Fact]
    public async Task A_batch_without_events_is_acknowledged()
    {
        using var endpoint = TestEndpoint.With("""{ "acknowledge": { "status": 202 } }""");

        var answer = await endpoint.SendAsync("[]");

        Assert.Equal((202, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_sender_that_needs_certain_words_gets_them_for_every_success()
    {
        using var endpoint = TestEndpoint.With("""{ "acknowledge": { "contentType": "text/xml; charset=utf-8", "body": "<Ack>true</Ack>" } }""");

        foreach (var body in new[] { """{ "user": "42", "email": "a" }""", """[{ "user": "42", "email": "a" }, { "user": "42" }]""", "[]", """{ "user": "42" }""" })
        {
            var answer = await endpoint.SendAsync(body);

            Assert.Equal((200, "text/xml; charset=utf-8", "<Ack>true</Ack>"), (answer.Status, answer.ContentType, answer.Body));
        }
    }

    [Fact]
    public async Task A_sender_that_needs_certain_words_does_not_get_them_for_a_failure()
    {
        using var endpoint = TestEndpoint.With("""{ "acknowledge": { "body": "OK" } }""");

        Assert.Equal("mapping-failed", (await endpoint.SendAsync("""{ "email": "a" }""")).Problem);
        Assert.Equal(207, (await endpoint.SendAsync("""[{ "email": "a" }]""")).Status);
    }

    [Fact]
    public async Task A_handshake_that_cannot_be_signed_is_answered_before_anything_is_verified()
    {
        using var endpoint = new TestEndpoint { Secrets = new Mock<ISecretStore>(MockBehavior.Strict).Object }
            .Add("test", """{ "handshake": { "when": { "query:validationToken": true }, "signed": "never", "text": "query:validationToken" } }""");

        var answer = await endpoint.SendAsync("", [], "?validationToken=a%20b%3Cscript%3E");

        Assert.Equal((200, "text/plain; charset=utf-8", "a b<script>", "nosniff"), (answer.Status, answer.ContentType, answer.Body, answer.Headers["X-Content-Type-Options"]));
        Assert.Equal(["Information Answered a handshake of source test."], endpoint.Log.Lines);
        Assert.Empty(endpoint.Truto.Sent);
    }

    [Fact]
    public async Task A_handshake_that_is_signed_is_verified_first()
    {
        using var endpoint = TestEndpoint.With("""{ "handshake": { "when": { "type": "url_verification" }, "text": "challenge" } }""");
        const string Body = """{ "type": "url_verification", "challenge": "abc" }""";

        Assert.Equal((200, "abc"), (await endpoint.SendAsync(Body) is var right ? right.Status : 0, right.Body));
        Assert.Equal(401, (await endpoint.SendAsync(Body, [("X-Token", "wrong")])).Status);
        Assert.Equal(401, (await endpoint.SendAsync(Body, [])).Status);
    }

    [Fact]
    public async Task A_handshake_that_may_be_signed_is_answered_unless_it_is_signed_wrong()
    {
        using var endpoint = TestEndpoint.With("""{ "handshake": { "when": { "type": "ping" }, "signed": "ifPresent", "status": 204 } }""");
        const string Body = """{ "type": "ping" }""";

        Assert.Equal(204, (await endpoint.SendAsync(Body)).Status);
        Assert.Equal(204, (await endpoint.SendAsync(Body, [])).Status);
        Assert.Equal(401, (await endpoint.SendAsync(Body, [("X-Token", "wrong")])).Status);
    }

    [Fact]
    public async Task A_handshake_is_proved_with_the_secret_that_it_was_signed_with()
    {
        using var endpoint = new TestEndpoint { Secrets = TestSecrets.Of("signing-secret", "new", TestEndpoint.Token) }
            .Add("test", """{ "handshake": { "when": { "plain": true }, "json": { "hash": { "hmac": "plain" } } } }""");

        var answer = await endpoint.SendAsync("""{ "plain": "abc" }""");

        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(TestEndpoint.Token), "abc"u8)),
            answer.Json.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task The_address_that_is_signed_is_the_configured_one_with_the_query_as_it_came()
    {
        using var endpoint = TestEndpoint.With("""
            { "verify": { "scheme": "digest", "header": "X-Digest", "content": "{secret}{method}{url}{body}" }, "publicUrl": "https://hooks.example.com:443/%7Ein" }
            """);
        const string Body = """{ "user": "42", "email": "a" }""";
        var content = $"{TestEndpoint.Token}POSThttps://hooks.example.com:443/%7Ein?b=%20&a=1{Body}";
        var digest = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));

        Assert.Equal(200, (await endpoint.SendAsync(Body, [("X-Digest", digest), ("Host", "evil.example.com")], "?b=%20&a=1")).Status);
        Assert.Equal(401, (await endpoint.SendAsync(Body, [("X-Digest", digest)], "?a=1&b=%20")).Status);
    }

    [Theory]
    [InlineData("", Verdict.MissingCredential, "authentication_failed")]
    [InlineData("no token", Verdict.MalformedCredential, "invalid_request")]
    [InlineData("wrong", Verdict.Mismatch, "invalid_key")]
    [InlineData("issuer", Verdict.WrongIssuer, "invalid_issuer")]
    [InlineData("audience", Verdict.WrongAudience, "invalid_audience")]
    [InlineData("expiry", Verdict.MalformedCredential, "invalid_request")]
    public async Task Refusals_of_security_events_are_said_as_RFC_8935_asks(string token, Verdict verdict, string error)
    {
        using var endpoint = SecurityEvents();
        var body = token switch
        {
            "wrong" => TestToken.RS256("""{ "iss": "a", "aud": "b" }""", TestToken.OtherRsa),
            "issuer" => TestToken.RS256("""{ "iss": "x", "aud": "b" }"""),
            "audience" => TestToken.RS256("""{ "iss": "a", "aud": "x" }"""),
            "expiry" => TestToken.RS256($$"""{ "iss": "a", "aud": "b", "exp": {{TestToken.Seconds + 60}} }"""),
            _ => token,
        };

        var answer = await endpoint.SendAsync(body, []);

        Assert.Equal((400, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal($$"""{"err":"{{error}}","description":"The security event could not be verified."}""", answer.Body);
        Assert.Equal([$"Warning Refused a delivery to source test: {verdict}."], endpoint.Log.Lines);
    }

    [Fact]
    public async Task A_security_event_that_is_not_understood_is_an_invalid_request()
    {
        using var endpoint = SecurityEvents();

        var answer = await endpoint.SendAsync(TestToken.RS256("""{ "iss": "a", "aud": "b" }"""), []);

        Assert.Equal((400, """{"err":"invalid_request","description":"The security event could not be read."}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Nobody_but_the_sender_is_told_what_is_wrong_with_a_body()
    {
        using var endpoint = TestEndpoint.With();

        Assert.Equal(401, (await endpoint.SendAsync("{", [])).Status);
        Assert.DoesNotContain(endpoint.Log.Lines, line => line.Contains("JSON", StringComparison.Ordinal));
    }

    private static TestEndpoint SecurityEvents() => new TestEndpoint { Secrets = TestSecrets.Of("signing-secret", TestToken.RsaPem) }.Add("test", """
        {
          "verify": { "scheme": "jwt", "algorithms": ["RS256"], "issuer": "a", "audience": "b", "expiry": "forbidden" },
          "refuse": "security-event", "events": { "format": "jwt", "path": "events" }
        }
        """);
}
