using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class JwksClientTests
{
    private const string Settings = """{ "scheme": "jwt", "algorithms": ["RS256"], "expiry": "optional", "jwks": "https://keys.example.com/jwks?a=1" }""";

    private static readonly string FirstKey = TestToken.Jwks(("one", TestToken.Rsa));
    private static readonly string BothKeys = TestToken.Jwks(("one", TestToken.Rsa), ("two", TestToken.OtherRsa));
    private static readonly string FirstToken = TestToken.RS256("{}");
    private static readonly string SecondToken = TestToken.RS256("{}", TestToken.OtherRsa, """{ "alg": "RS256", "kid": "two" }""");

    private readonly FakeTimeProvider time = new(Now.Time);
    private readonly LogCollector<JwksClient> log = new();

    [Fact]
    public async Task Keys_are_fetched_from_the_configured_address_and_kept_for_an_hour()
    {
        var network = new Script(Script.Answer(200, FirstKey));
        var verifier = Over(network);

        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        Assert.Equal("https://keys.example.com/jwks?a=1", Assert.Single(network.Sent).Address.AbsoluteUri);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        Assert.Equal(2, network.Sent.Count);
    }

    [Theory]
    [InlineData("""{ "alg": "RS256" }""")]
    [InlineData("""{ "alg": "RS256", "kid": "" }""")]
    public async Task Keys_are_kept_for_an_hour_also_for_tokens_that_name_none(string header)
    {
        var network = new Script(Script.Answer(200, FirstKey));
        var verifier = Over(network);
        var token = TestToken.RS256("{}", header: header);

        Assert.Equal(Verdict.Valid, await TryAsync(verifier, token));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, token));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task No_secret_is_needed()
    {
        var verifier = Over(new Script(Script.Answer(200, FirstKey)));

        Assert.Empty(verifier.Secrets);
        Assert.False(verifier.LacksSecret);
        Assert.Equal(Verdict.Valid, (await verifier.VerifyAsync(Deliveries.Of(FirstToken), new TestSecrets(), CancellationToken.None)).Verdict);
    }

    [Fact]
    public async Task A_new_key_is_looked_for_but_not_more_often_than_every_half_minute()
    {
        var network = new Script(Script.Answer(200, FirstKey), Script.Answer(200, FirstKey), Script.Answer(200, BothKeys));
        var verifier = Over(network);
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(Verdict.Mismatch, await TryAsync(verifier, SecondToken));
        Assert.Single(network.Sent);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Verdict.Mismatch, await TryAsync(verifier, SecondToken));
        Assert.Equal(Verdict.Mismatch, await TryAsync(verifier, SecondToken));
        Assert.Equal(2, network.Sent.Count);

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, SecondToken));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        Assert.Equal(3, network.Sent.Count);
    }

    [Fact]
    public async Task Strangers_with_made_up_keys_do_not_make_it_ask_more_often()
    {
        var network = new Script(Script.Answer(200, FirstKey));
        var verifier = Over(network);

        for (var number = 0; number < 100; number++)
        {
            await TryAsync(verifier, TestToken.RS256("{}", TestToken.OtherRsa, $$"""{ "alg": "RS256", "kid": "made up {{number}}" }"""));
        }

        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Deliveries_that_come_together_share_one_fetch()
    {
        var gate = new TaskCompletionSource();
        var network = new Script(async request =>
        {
            await gate.Task;
            return await Script.Answer(200, FirstKey)(request);
        });
        var verifier = Over(network);

        var all = Enumerable.Range(0, 20).Select(_ => TryAsync(verifier, FirstToken)).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(all), verdict => Assert.Equal(Verdict.Valid, verdict));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task A_delivery_with_a_new_key_waits_for_the_fetch_that_is_under_way()
    {
        var gate = new TaskCompletionSource();
        var network = new Script(Script.Answer(200, FirstKey), async request =>
        {
            await gate.Task;
            return await Script.Answer(200, BothKeys)(request);
        });
        var verifier = Over(network);
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(1));

        var first = TryAsync(verifier, SecondToken);
        var second = TryAsync(verifier, SecondToken);
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        gate.SetResult();

        Assert.Equal(Verdict.Valid, await first);
        Assert.Equal(Verdict.Valid, await second);
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task Who_hangs_up_does_not_end_the_fetch_for_the_others()
    {
        var gate = new TaskCompletionSource();
        var network = new Script(async request =>
        {
            await gate.Task;
            return await Script.Answer(200, FirstKey)(request);
        });
        var verifier = Over(network);
        using var hangingUp = new CancellationTokenSource();

        var first = verifier.VerifyAsync(Deliveries.Of(FirstToken), new TestSecrets(), hangingUp.Token).AsTask();
        using var impatient = new CancellationTokenSource();
        var second = verifier.VerifyAsync(Deliveries.Of(FirstToken), new TestSecrets(), impatient.Token).AsTask();
        var third = TryAsync(verifier, FirstToken);
        await hangingUp.CancelAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult();

        Assert.Equal(Verdict.Valid, await third);
        Assert.True((await first).IsValid);
        Assert.Single(network.Sent);
    }

    public static TheoryData<string> Outages =>
    [
        "500", "404", "exception", "timeout", "html", "json", "large", "empty", "error", "no keys", "no key to check with", "no modulus",
    ];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task In_an_outage_the_known_keys_serve_on(string outage)
    {
        var network = new Script(Script.Answer(200, FirstKey), Failing(outage), Script.Answer(200, BothKeys));
        var verifier = Over(network);
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));

        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        Assert.Equal(Verdict.Mismatch, await TryAsync(verifier, SecondToken));
        Assert.Equal(2, network.Sent.Count);

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, SecondToken));
    }

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task In_an_outage_without_known_keys_nobody_knows(string outage)
    {
        var network = new Script(Failing(outage), Script.Answer(200, FirstKey));
        var verifier = Over(network);

        Assert.Equal("keys.example.com", (await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken))).SecretName);
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));
        Assert.Single(network.Sent);

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
    }

    [Fact]
    public async Task After_a_failure_the_address_is_asked_again_soon_and_not_by_every_delivery()
    {
        var network = new Script(Script.Answer(200, FirstKey), Script.Answer(500), Script.Answer(500), Script.Answer(200, FirstKey));
        var verifier = Over(network);
        await TryAsync(verifier, FirstToken);

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        Assert.Equal(2, network.Sent.Count);

        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        Assert.Equal(4, network.Sent.Count);
    }

    [Fact]
    public async Task Whose_key_is_known_does_not_wait_while_another_asks_an_address_that_does_not_answer()
    {
        var gate = new TaskCompletionSource();
        var network = new Script(Script.Answer(200, FirstKey), async request =>
        {
            await gate.Task;
            return await Script.Answer(500)(request);
        });
        var verifier = Over(network);
        await TryAsync(verifier, FirstToken);
        time.Advance(TimeSpan.FromHours(1));

        var asking = TryAsync(verifier, FirstToken);
        var other = TryAsync(verifier, FirstToken);
        Assert.Equal(Verdict.Valid, await other.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.False(asking.IsCompleted);
        gate.SetResult();

        Assert.Equal(Verdict.Valid, await asking);
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task Keys_are_not_believed_for_more_than_a_day_without_the_address()
    {
        var network = new Script(
            Script.Answer(200, FirstKey), Script.Answer(404), Script.Answer(404), Script.Answer(404), Script.Answer(200, FirstKey));
        var verifier = Over(network);
        await TryAsync(verifier, FirstToken);

        time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));
        Assert.Equal(2, network.Sent.Count);

        time.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
    }

    [Fact]
    public async Task A_failure_is_said_without_the_address_and_its_query()
    {
        var network = new Script(
            Script.Answer(500),
            Script.Answer(200, FirstKey),
            Script.Answer(200, "{}"),
            Script.Throw(new HttpRequestException(HttpRequestError.NameResolutionError)));
        var verifier = Over(network);

        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));
        time.Advance(TimeSpan.FromSeconds(30));
        await TryAsync(verifier, FirstToken);
        time.Advance(TimeSpan.FromHours(1));
        await TryAsync(verifier, FirstToken);
        time.Advance(TimeSpan.FromHours(23));
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(verifier, FirstToken));

        Assert.Equal(
            [
                "Warning The public keys of keys.example.com could not be read: it answered 500. None is known, so nothing is believed.",
                "Warning The public keys of keys.example.com could not be read: it answered without a key to check signatures with. "
                    + "Known ones are believed until 2026-01-02 00:00:30Z.",
                "Warning The public keys of keys.example.com could not be read: NameResolutionError. None is known, so nothing is believed.",
            ],
            log.Lines);
    }

    [Theory]
    [InlineData("application/json; charset=utf8", "")]
    [InlineData("text/plain; charset=no-such-charset", "\ufeff")]
    [InlineData("application/octet-stream", "")]
    public async Task Keys_are_read_as_UTF_8_whatever_the_media_type_says(string mediaType, string before)
    {
        var verifier = Over(new Script(_ =>
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(before + FirstKey));
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }));

        Assert.Equal(Verdict.Valid, await TryAsync(verifier, FirstToken));
    }

    [Fact]
    public async Task A_document_without_keys_proves_nothing() =>
        await Assert.ThrowsAsync<SecretStoreException>(() => TryAsync(Over(new Script(Script.Answer(200, """{ "keys": [] }"""))), FirstToken));

    [Fact]
    public async Task What_is_no_token_asks_nobody()
    {
        var network = new Script(Script.Answer(200, FirstKey));

        Assert.Equal(Verdict.MalformedCredential, await TryAsync(Over(network), "no token"));
        Assert.Empty(network.Sent);
    }

    private static Func<HttpRequestMessage, Task<HttpResponseMessage>> Failing(string outage) => outage switch
    {
        "500" => Script.Answer(500, FirstKey),
        "404" => Script.Answer(404),
        "exception" => Script.Throw(new HttpRequestException(HttpRequestError.ConnectionError)),
        "timeout" => Script.Throw(new TaskCanceledException("", new TimeoutException())),
        "html" => Script.Answer(200, "<html>"),
        "json" => Script.Answer(200, "[1, 2]"),
        "empty" => Script.Answer(200, "{}"),
        "error" => Script.Answer(200, """{ "error": "rate limited", "keys": null }"""),
        "no keys" => Script.Answer(200, """{ "keys": [] }"""),
        "no key to check with" => Script.Answer(200, FirstKey.Replace("\"sig\"", "\"enc\"", StringComparison.Ordinal)),
        "no modulus" => Script.Answer(200, """{ "keys": [{ "kty": "RSA", "kid": "one", "n": "*", "e": 5 }] }"""),
        "large" => Script.Answer(200, FirstKey + new string(' ', 256 * 1024)),
        _ => throw new ArgumentOutOfRangeException(nameof(outage)),
    };

    private Verifier Over(Script network) => TestVerifier.Of(Settings, Jwks.Over(network, time, log));

    private static async Task<Verdict> TryAsync(Verifier verifier, string token) =>
        (await verifier.VerifyAsync(Deliveries.Of(token), new TestSecrets(), CancellationToken.None)).Verdict;
}
