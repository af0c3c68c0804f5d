using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using UserSync.Endpoints;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

/// <summary>What a sender that waits is told of its events.</summary>
public sealed class OutcomesTests
{
    private const string Three = """[{ "id": "1", "user": "41", "email": "a" }, { "id": "2", "user": "42", "email": "b" }, { "id": "3", "user": "43", "email": "c" }]""";

    [Fact]
    public async Task An_array_of_events_is_answered_with_an_array_of_results()
    {
        using var endpoint = TestEndpoint.With("""{ "id": "id" }""", Script.Answer(200, """{ "id": "41" }"""), Script.Answer(204), Script.Answer(200, """{ "id": "43" }"""));

        var answer = await endpoint.SendAsync(Three);

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            """
            [{"event":"1","outcome":"applied","user":"41","response":{"id":"41"}},{"event":"2","outcome":"applied","user":"42","response":{"id":"42"}},{"event":"3","outcome":"applied","user":"43","response":{"id":"43"}}]
            """.Trim(),
            answer.Body);
        Assert.False(answer.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task An_array_of_one_is_an_array()
    {
        using var endpoint = TestEndpoint.With("""{ "id": "id", "acknowledge": { "status": 202 } }""");

        var answer = await endpoint.SendAsync("""[{ "id": "1", "user": "42", "email": "a" }]""");

        Assert.Equal((202, """[{"event":"1","outcome":"applied","user":"42","response":{"id":"42"}}]"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Where_some_failed_for_good_the_status_is_207()
    {
        using var endpoint = TestEndpoint.With("""{ "id": "id", "when": "email" }""", Script.Answer(200, """{ "id": "41" }"""), Script.Answer(409, """{ "truto_is_remote_error": true }"""));

        var answer = await endpoint.SendAsync("""[{ "id": "1", "user": "41", "email": "a" }, { "id": "2", "user": "42", "email": "b" }, { "id": "3" }, { "id": "4", "email": 5 }]""");

        Assert.Equal(207, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(["applied", "failed", "skipped", "failed"], answer.Json.EnumerateArray().Select(result => result.GetProperty("outcome").GetString()));
        Assert.Equal("filtered", answer.Json[2].GetProperty("reason").GetString());
        Assert.Equal((409, "42"), (answer.Json[1].GetProperty("problem").GetProperty("status").GetInt32(), answer.Json[1].GetProperty("user").GetString()));
        Assert.Equal("urn:truto-user-sync:problem:mapping-failed", answer.Json[3].GetProperty("problem").GetProperty("type").GetString());
        Assert.False(answer.Json[3].TryGetProperty("user", out _));
    }

    [Theory]
    [InlineData(429, "30", 503, "30")]
    [InlineData(429, null, 503, "10")]
    [InlineData(500, null, 502, "10")]
    [InlineData(500, "5", 502, "5")]
    public async Task Where_some_may_succeed_later_the_sender_is_told_to_come_again(int status, string? header, int expected, string retryAfter)
    {
        using var endpoint = TestEndpoint.With(
            """{ "id": "id" }""",
            Script.Answer(200, """{ "id": "41" }"""),
            Script.Answer(422, "{}"),
            header is null ? Script.Answer(status, "{}") : Script.Answer(status, "{}", ("Retry-After", header)));
        endpoint.Time.PassesOver.Add(TimeSpan.FromSeconds(5));

        var answer = await endpoint.SendAsync(Three);

        Assert.Equal((expected, retryAfter), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Equal(["applied", "failed", "failed"], answer.Json.EnumerateArray().Select(result => result.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task The_sender_waits_as_long_as_the_event_that_needs_most()
    {
        using var endpoint = TestEndpoint.With(
            """{ "id": "id" }""", Script.Answer(429, "{}", ("Retry-After", "3")), Script.Answer(429, "{}", ("Retry-After", "40")), Script.Answer(500, "{}"));
        endpoint.Time.PassesOver.UnionWith([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(40)]);

        var answer = await endpoint.SendAsync(Three);

        Assert.Equal((503, "40"), (answer.Status, answer.Headers["Retry-After"]));
    }

    [Theory]
    [InlineData(422, null, 422, "provider-validation", null)]
    [InlineData(409, null, 409, "conflict", null)]
    [InlineData(404, null, 422, "not-found", null)]
    [InlineData(403, null, 502, "forbidden", null)]
    [InlineData(405, null, 502, "read-only", null)]
    [InlineData(503, null, 502, "account-blocked", null)]
    [InlineData(500, null, 502, "truto-failure", null)]
    [InlineData(429, "7", 503, "rate-limited", "7")]
    [InlineData(429, null, 503, "rate-limited", "10")]
    public async Task A_single_failure_is_a_problem(int status, string? header, int expected, string problem, string? retryAfter)
    {
        using var endpoint = TestEndpoint.With(
            """{ "acknowledge": { "status": 202 } }""",
            header is null ? Script.Answer(status, """{ "message": "ada@example.com" }""") : Script.Answer(status, "{}", ("Retry-After", header)));

        var answer = await endpoint.SendAsync();

        Assert.Equal((expected, problem, retryAfter), (answer.Status, answer.Problem, answer.Headers.GetValueOrDefault("Retry-After")));
        Assert.DoesNotContain("ada@example.com", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_cannot_be_mapped_is_422_with_every_problem()
    {
        using var endpoint = TestEndpoint.With();

        var answer = await endpoint.SendAsync("""{ "email": 5 }""");

        Assert.Equal((422, "mapping-failed", "Mapping failed"), (answer.Status, answer.Problem, answer.Json.GetProperty("title").GetString()));
        Assert.Equal("user: the expression user gave null where the CRM user's id is expected; email: the expression email gave a number where a text is expected", answer.Detail);
    }

    [Fact]
    public async Task Without_an_API_token_the_sender_has_to_come_again()
    {
        using var endpoint = new TestEndpoint { Secrets = TestSecrets.Of("signing-secret", TestEndpoint.Token) }.Add("test", "{}");

        var answer = await endpoint.SendAsync();

        Assert.Equal((503, "no-token", "10", "No token"), (answer.Status, answer.Problem, answer.Headers["Retry-After"], answer.Json.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task A_sender_does_not_wait_longer_than_is_allowed()
    {
        var reached = new TaskCompletionSource();
        using var endpoint = TestEndpoint.With("""{ "id": "id" }""", Script.Answer(200, """{ "id": "41" }"""), _ =>
        {
            reached.TrySetResult();
            return new TaskCompletionSource<HttpResponseMessage>().Task;
        });

        endpoint.Processing.Settings.WaitTimeout = TimeSpan.FromSeconds(20);

        var sending = endpoint.SendAsync(Three);
        await reached.Task;
        endpoint.Time.Advance(TimeSpan.FromSeconds(20));
        var answer = await sending;

        Assert.Equal((504, "10"), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Equal(["applied", "failed", "failed"], answer.Json.EnumerateArray().Select(result => result.GetProperty("outcome").GetString()));
        Assert.All(answer.Json.EnumerateArray().Skip(1), result => Assert.Equal("urn:truto-user-sync:problem:timeout", result.GetProperty("problem").GetProperty("type").GetString()));
        Assert.Equal(2, endpoint.Truto.Sent.Count);
    }

    [Theory]
    [InlineData("2.2", "3")]
    [InlineData("0", "0")]
    [InlineData("-1", "0")]
    [InlineData("10", "10")]
    public void A_delay_is_written_in_whole_seconds_rounded_up(string seconds, string expected) =>
        Assert.Equal(expected, ProblemResult.Seconds(TimeSpan.FromSeconds(double.Parse(seconds))));

    /// <summary>A real server refuses a body after such a status.</summary>
    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    public async Task A_status_that_has_no_body_is_answered_without_one(int status)
    {
        var source = TestSource.OfChanged($$"""{ "acknowledge": { "status": {{status}} } }""");
        var change = source.EventIn("{}");
        var applied = new Ending(
            End(OutcomeStatus.Applied),
            new Update { Id = "u", Account = "a", UserId = "42", Patch = Json.Parse("{}"), Response = Json.Parse("""{ "id": "42" }"""), StartedAt = Now.Time, Duration = default, Events = 1 });
        var skipped = new Ending(End(OutcomeStatus.Skipped) with { SkipReason = SkipReason.Filtered }, null);
        var failed = new Ending(End(OutcomeStatus.Failed) with { Failure = Failure.CannotBeSent("A reason.") }, null);
        IResult[] results =
        [
            new OutcomesResult(source, [applied], isArray: false),
            new OutcomesResult(source, [applied, skipped], isArray: true),
            new OutcomesResult(source, [skipped], isArray: false),
            new AcknowledgementResult(source.Acknowledgement),
            new OutcomesResult(source, [applied, failed], isArray: true),
        ];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(context => results[int.Parse(context.Request.Path.Value![1..])].ExecuteAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var statuses = new List<int>();
        for (var i = 0; i < results.Length; i++)
        {
            using var response = await http.GetAsync($"/{i}", TestContext.Current.CancellationToken);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([status, status, status, status, 207], statuses);

        Conclusion End(OutcomeStatus ended) => new(change.Source, change.Id, ended, Now.Time);
    }
}
