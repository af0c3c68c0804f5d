using System.Security.Cryptography;
using System.Text;
using CsCheck;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Receiving.Handshakes;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Handshakes;

public sealed class HandshakeTests
{
    private static Handshake Echo => Of("""{ "when": { "type": "url_verification" }, "text": "challenge" }""");

    [Fact]
    public void A_value_of_the_body_is_echoed_as_text()
    {
        var reply = Answer(Echo, Deliveries.Of("""{ "type": "url_verification", "challenge": "3eZb<b>" }"""));

        Assert.Equal((200, "text/plain; charset=utf-8", "3eZb<b>"), (reply.Status, reply.ContentType, Text(reply)));
        Assert.Empty(reply.Headers);
    }

    [Fact]
    public void A_value_of_the_query_is_echoed_as_text() => Assert.Equal(
        "Validation: Testing client application reachability",
        Text(Answer(
            Of("""{ "when": { "query:validationToken": true }, "signed": "never", "text": "query:validationToken" }"""),
            Deliveries.Of("", query: [("validationToken", "Validation: Testing client application reachability")]))));

    [Fact]
    public void A_value_of_a_header_is_echoed_in_JSON()
    {
        var handshake = Of("""{ "method": "GET", "when": { "header:X-Okta-Verification-Challenge": true }, "json": { "verification": "header: X-Okta-Verification-Challenge" } }""");

        var reply = Answer(handshake, Deliveries.Of("", [("x-okta-verification-challenge", "a\"b")], method: "GET"));

        Assert.Equal(("application/json", """{"verification":"a\u0022b"}"""), (reply.ContentType, Text(reply)));
    }

    [Fact]
    public void The_keyed_hash_of_a_value_proves_that_the_secret_is_known()
    {
        var handshake = Of("""
            { "when": { "event": "endpoint.url_validation" }, "json": { "plainToken": "payload.plainToken", "encryptedToken": { "hmac": "payload.plainToken" } } }
            """);
        using var delivery = Deliveries.Of("""{ "event": "endpoint.url_validation", "payload": { "plainToken": "qgg8vlvZRS6UYooatFL8Aw" } }""");
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData("secret"u8, "qgg8vlvZRS6UYooatFL8Aw"u8));

        Assert.True(handshake.Fits(delivery));
        Assert.Equal($$"""{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"{{hash}}"}""", Text(handshake.Answer(delivery, "secret")!));
        Assert.Null(handshake.Answer(delivery, null));
    }

    [Fact]
    public void Headers_are_answered_with_values_that_came_and_with_literals()
    {
        var handshake = Of("""
            { "method": "OPTIONS", "when": { "header:WebHook-Request-Origin": true }, "signed": "never",
              "headers": { "WebHook-Allowed-Origin": "header:WebHook-Request-Origin", "WebHook-Allowed-Rate": "header:WebHook-Request-Rate", "Allow": "'POST'" } }
            """);

        var full = Answer(handshake, Deliveries.Of("", [("WebHook-Request-Origin", "eventgrid.azure.net"), ("WebHook-Request-Rate", "120")], method: "OPTIONS"));
        var without = Answer(handshake, Deliveries.Of("", [("WebHook-Request-Origin", "eventgrid.azure.net")], method: "OPTIONS"));

        Assert.Equal("eventgrid.azure.net 120 POST", string.Join(' ', full.Headers.Values));
        Assert.Equal("eventgrid.azure.net POST", string.Join(' ', without.Headers.Values));
        Assert.Null(full.ContentType);
        Assert.True(full.Body.IsEmpty);
    }

    [Theory]
    [InlineData("\"Ping test\"")]
    [InlineData(" ping TEST \n")]
    public void The_whole_body_may_be_the_condition(string body)
    {
        var reply = Answer(Of("""{ "when": { "body:": ["\"Ping test\"", "Ping test"] } }"""), Deliveries.Of(body));

        Assert.Equal((200, null, 0), (reply.Status, reply.ContentType, reply.Body.Length));
    }

    [Fact]
    public void The_whole_body_may_be_echoed() =>
        Assert.Equal("hello", Text(Answer(Of("""{ "when": { "header:X-Ping": true }, "status": 202, "text": "body:" }"""), Deliveries.Of(" hello\n", [("X-Ping", "1")]))));

    [Theory]
    [InlineData("""{ "type": "url_verification" }""", true)]
    [InlineData("""{ "type": "URL_verification" }""", true)]
    [InlineData("""{ "type": "url_verification2" }""", false)]
    [InlineData("""{ "type": ["url_verification"] }""", false)]
    [InlineData("""{ "other": "url_verification" }""", false)]
    [InlineData("[]", false)]
    [InlineData("not JSON", false)]
    [InlineData("", false)]
    public void A_delivery_fits_where_the_value_is_what_is_expected(string body, bool fits)
    {
        using var delivery = Deliveries.Of(body);

        Assert.Equal(fits, Echo.Fits(delivery));
    }

    [Fact]
    public void A_delivery_fits_only_with_the_method_and_every_condition()
    {
        var handshake = Of("""{ "method": "GET", "when": { "header:X-One": "1", "query:two": ["2", "3"] } }""");

        Assert.True(Fits(("X-One", "1"), ("two", "3"), "GET"));
        Assert.False(Fits(("X-One", "1"), ("two", "3"), "POST"));
        Assert.False(Fits(("X-One", "1"), ("two", "4"), "GET"));
        Assert.False(Fits(("X-Two", "1"), ("two", "3"), "GET"));

        bool Fits((string, string) header, (string, string) query, string method)
        {
            using var delivery = Deliveries.Of("", [header], [query], method);
            return handshake.Fits(delivery);
        }
    }

    [Fact]
    public void A_value_that_comes_twice_is_none()
    {
        using var headers = Deliveries.Of("", [("X-One", "1"), ("X-One", "1")]);
        using var query = Deliveries.Of("", query: [("one", "1"), ("one", "1")]);

        Assert.False(Of("""{ "when": { "header:X-One": true } }""").Fits(headers));
        Assert.False(Of("""{ "when": { "query:one": true } }""").Fits(query));
    }

    [Theory]
    [InlineData("always", Verdict.Valid, true)]
    [InlineData("always", Verdict.MissingCredential, false)]
    [InlineData("always", Verdict.Mismatch, false)]
    [InlineData("ifPresent", Verdict.Valid, true)]
    [InlineData("ifPresent", Verdict.MissingCredential, true)]
    [InlineData("ifPresent", Verdict.MalformedCredential, false)]
    [InlineData("ifPresent", Verdict.Mismatch, false)]
    [InlineData("ifPresent", Verdict.StaleTimestamp, false)]
    [InlineData("ifPresent", Verdict.NoSecret, false)]
    [InlineData("never", Verdict.Mismatch, true)]
    [InlineData("never", Verdict.NoSecret, true)]
    public void Whether_it_is_answered_depends_on_what_verifying_came_to(string signed, Verdict verdict, bool isAllowed)
    {
        var handshake = Of($$"""{ "when": { "type": "ping" }, "signed": "{{signed}}" }""");

        Assert.Equal(isAllowed, handshake.IsAllowed(verdict));
        Assert.Equal(signed != "never", handshake.IsVerified);
    }

    [Fact]
    public void A_challenge_that_is_missing_is_not_answered()
    {
        using var delivery = Deliveries.Of("""{ "type": "url_verification", "challenge": "" }""");

        Assert.Null(Echo.Answer(delivery, "secret"));
        Assert.Null(Of("""{ "when": { "type": "url_verification" }, "json": { "a": "type", "b": "challenge" } }""").Answer(delivery, "secret"));
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void A_challenge_that_is_too_long_is_not_answered(int length, bool isAnswered)
    {
        var challenge = new string('a', length);
        using var inBody = Deliveries.Of($$"""{ "type": "url_verification", "challenge": "{{challenge}}" }""");
        using var inQuery = Deliveries.Of("", query: [("a", challenge)]);
        using var whole = Deliveries.Of(challenge);

        Assert.Equal(isAnswered, Echo.Answer(inBody, null) is not null);
        Assert.Equal(isAnswered, Of("""{ "when": { "query:a": true }, "text": "query:a" }""").Answer(inQuery, null) is not null);
        Assert.Equal(isAnswered, Of("""{ "when": { "body:": true }, "text": "body:" }""").Answer(whole, null) is not null);
    }

    [Fact]
    public void Nothing_but_visible_letters_gets_into_a_header() => Gen.String[0, 20].Sample(text =>
    {
        var handshake = Of("""{ "when": { "query:a": true }, "headers": { "X-Echo": "query:a" } }""");
        using var delivery = Deliveries.Of("", query: [("a", text)]);

        var reply = handshake.Answer(delivery, null)!;

        Assert.Equal(text.Length > 0 && text.All(letter => letter is >= ' ' and <= '~') ? text : null, reply.Headers.GetValueOrDefault("X-Echo"));
    }, iter: 500);

    [Theory]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\0")]
    [InlineData("ä")]
    public void Control_and_other_letters_are_not_echoed_in_a_header(string value)
    {
        using var delivery = Deliveries.Of("", query: [("a", value)]);

        Assert.Empty(Of("""{ "when": { "query:a": true }, "headers": { "X-Echo": "query:a" } }""").Answer(delivery, null)!.Headers);
    }

    [Fact]
    public void An_expression_that_cannot_be_evaluated_is_nothing()
    {
        using var delivery = Deliveries.Of("""{ "type": 5 }""");

        Assert.False(Of("""{ "when": { "length(type)": true } }""").Fits(delivery));
    }

    private static Handshake Of(string json)
    {
        var findings = new Findings();
        var handshake = Handshake.Read(Setting.Root("test.json", Json.Parse(json), findings));
        Assert.Empty(findings);
        return handshake!;
    }

    private static HandshakeReply Answer(Handshake handshake, Delivery delivery)
    {
        Assert.True(handshake.Fits(delivery));
        return handshake.Answer(delivery, null)!;
    }

    private static string Text(HandshakeReply reply) => Encoding.UTF8.GetString(reply.Body.Span);
}
