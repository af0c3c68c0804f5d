using System.Text.Json;
using Moq;
using Truto.Errors;
using UserSync.Endpoints;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class ChangeProcessorTests
{
    private const string Token = TestProcessing.Token;
    private const string Body = """{ "user": "42", "email": "ada@example.com" }""";

    private TestProcessing processing = null!;

    [Fact]
    public async Task An_event_becomes_an_update_and_Trutos_response_its_outcome()
    {
        var network = new Script(Script.Answer(200, """{ "id": "42", "email": "ada@example.com", "remote_data": { "n": 1.10 } }"""));

        var ending = await EndAsync(network);

        var sent = Assert.Single(network.Sent);
        Assert.Equal(("PATCH", Token, """{"email":"ada@example.com"}"""), (sent.Method, sent.Token, sent.Body));
        Assert.Equal($"/unified/crm/users/42?integrated_account_id={TestSource.Account}&truto_response_format=unified", Uri.UnescapeDataString(sent.Address.PathAndQuery));
        Assert.Equal((OutcomeStatus.Applied, TestSource.Account, "42"), (ending.Conclusion.Status, ending.Conclusion.Account, ending.Conclusion.UserId));
        Assert.Equal("""{"id":"42","email":"ada@example.com","remote_data":{"n":1.10}}""", JsonSerializer.Serialize(ending.Update?.Response));
        Assert.Equal("""{"email":"ada@example.com"}""", ending.Update?.Patch.GetRawText());
        Assert.Equal(ending.Update?.Id, ending.Conclusion.UpdateId);
        Assert.Null(ending.Conclusion.Failure);
        Assert.Null(ending.Conclusion.SkipReason);
        Assert.StartsWith("test/sha256-", ending.ToString());
        Assert.EndsWith(": Applied", ending.ToString());
        Assert.Equal(ending.Conclusion, Assert.Single(processing.Outcomes.All).Conclusion);
    }

    [Fact]
    public async Task How_the_update_is_asked_for_is_configured()
    {
        var network = new Script(Script.Answer(200, "{}"));

        await ProcessAsync(network, """
            { "truto": { "token": "truto-api-token", "responseFormat": "normalized", "ignoreRemoteData": false, "excludeFields": ["id", "urls"], "remoteQuery": { "a": { "b": [1, "c"] } } } }
            """);

        var query = Uri.UnescapeDataString(Assert.Single(network.Sent).Address.Query);
        Assert.Contains("truto_response_format=normalized", query, StringComparison.Ordinal);
        Assert.Contains("truto_ignore_remote_data=false", query, StringComparison.Ordinal);
        Assert.Contains("truto_exclude_fields[]=id&truto_exclude_fields[]=urls", query, StringComparison.Ordinal);
        Assert.Contains("remote_query[a][b][]=1&remote_query[a][b][]=c", query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("normalized")]
    public async Task Other_formats_answer_what_Truto_answers(string format)
    {
        var changes = $$"""{ "truto": { "responseFormat": "{{format}}" } }""";

        Assert.Equal("[1]", (await EndAsync(new Script(Script.Answer(200, "[1]")), changes)).Update?.Response?.GetRawText());
        Assert.Null(Assert.IsType<Update>((await EndAsync(new Script(Script.Answer(204)), changes)).Update).Response);
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(200, " ")]
    public async Task Where_Salesforce_answers_nothing_the_user_is_named(int status, string? body)
    {
        var ending = await EndAsync(new Script(Script.Answer(status, body)), """
            { "provider": "salesforce", "map": { "email": "email", "first_name": { "value": "Ada" }, "last_name": { "value": "Lovelace" } } }
            """);

        Assert.Equal("""{"id":"42"}""", ending.Update?.Response?.GetRawText());
    }

    [Fact]
    public async Task Every_field_is_written_as_Truto_takes_it()
    {
        var network = new Script(Script.Answer(200, "{}"));

        await ProcessAsync(network, """
            {
              "provider": "planhat",
              "map": {
                "email": { "value": null }, "name": "email", "is_active": { "value": false },
                "custom_fields": { "a": { "b": { "value": 9007199254740993 } }, "c": { "value": null } }, "remote_data": { "value": null }
              }
            }
            """);

        Assert.Equal(
            """{"email":null,"is_active":false,"name":"ada@example.com","remote_data":null,"custom_fields":{"a":{"b":9007199254740993},"c":null}}""",
            Assert.Single(network.Sent).Body);
    }

    [Fact]
    public async Task An_event_that_is_no_user_change_is_skipped()
    {
        var network = new Script(Script.Answer(200, "{}"));

        var conclusion = (await EndAsync(network, """{ "when": "missing" }""")).Conclusion;

        Assert.Equal((OutcomeStatus.Skipped, SkipReason.Filtered), (conclusion.Status, conclusion.SkipReason));
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task An_event_that_says_nothing_about_any_field_is_skipped()
    {
        var network = new Script(Script.Answer(200, "{}"));

        var conclusion = (await EndAsync(network, body: """{ "user": "42" }""")).Conclusion;

        Assert.Equal((OutcomeStatus.Skipped, SkipReason.Unchanged), (conclusion.Status, conclusion.SkipReason));
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task An_event_that_cannot_be_mapped_fails_for_good_without_a_call()
    {
        var network = new Script(Script.Answer(200, "{}"));

        var conclusion = (await EndAsync(network, body: """{ "email": 815 }""")).Conclusion;

        Assert.Equal(
            new Failure(
                "mapping-failed",
                "user: the expression user gave null where the CRM user's id is expected; email: the expression email gave a number where a text is expected",
                IsTransient: false),
            conclusion.Failure);
        Assert.Equal((OutcomeStatus.Failed, null), (conclusion.Status, conclusion.UserId));
        Assert.Equal(422, Problems.StatusOf(conclusion.Failure!));
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task A_filter_that_cannot_be_evaluated_fails_the_event()
    {
        var ending = await EndAsync(new Script(Script.Answer(200, "{}")), """{ "when": "length(n)" }""", """{ "n": 5 }""");

        Assert.Equal(
            new Failure("mapping-failed", "when: cannot be evaluated over this event (invalid-type in length)", IsTransient: false), ending.Conclusion.Failure);
    }

    [Fact]
    public async Task A_token_that_Truto_refuses_is_fetched_again_once()
    {
        var network = new Script(Script.Answer(401, """{ "statusCode": 401 }"""), Script.Answer(200, """{ "id": "42" }"""));
        var secrets = Store("old", "new");

        var ending = await EndAsync(network, secrets: secrets.Object);

        Assert.Equal(OutcomeStatus.Applied, ending.Conclusion.Status);
        Assert.Equal(["old", "new"], network.Sent.Select(sent => sent.Token));
        secrets.Verify(store => store.Invalidate(TrutoTarget.DefaultTokenSecret), Times.Once);
    }

    [Fact]
    public async Task A_token_that_Truto_refuses_twice_fails_the_event_for_now()
    {
        var network = new Script(Script.Answer(401, """{ "statusCode": 401 }"""));
        var secrets = Store("old", "new", "newest");

        var disposition = await ProcessAsync(network, secrets: secrets.Object);

        Assert.Equal(("token-rejected", true, true), (disposition.Failure!.Cause, disposition.Failure.IsTransient, disposition.SpendsAttempt));
        Assert.Equal(2, network.Sent.Count);
        secrets.Verify(store => store.Invalidate(TrutoTarget.DefaultTokenSecret), Times.Once);
    }

    [Fact]
    public async Task A_connection_that_the_provider_refuses_is_no_reason_to_fetch_the_token_again()
    {
        var network = new Script(Script.Answer(401, """{ "statusCode": 401, "truto_is_remote_error": true }"""));
        var secrets = Store(Token);

        var failure = (await EndAsync(network, secrets: secrets.Object)).Conclusion.Failure!;

        Assert.Equal(("reauthentication-required", false), (failure.Cause, failure.IsTransient));
        Assert.Single(network.Sent);
        secrets.Verify(store => store.Invalidate(It.IsAny<string>()), Times.Never);
    }

    [Fact]
    public async Task A_token_that_is_gone_when_it_is_fetched_again_fails_the_event_for_now()
    {
        var secrets = new Mock<ISecretStore>();
        secrets.SetupSequence(store => store.GetAsync(TrutoTarget.DefaultTokenSecret, It.IsAny<CancellationToken>())).ReturnsAsync(["old"]).ReturnsAsync([]);

        var disposition = await ProcessAsync(new Script(Script.Answer(401, "{}")), secrets: secrets.Object);

        Assert.Equal("no-token", disposition.Failure!.Cause);
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public async Task Without_a_usable_token_an_event_fails_for_now(params string[] tokens)
    {
        var network = new Script(Script.Answer(200, "{}"));

        var disposition = await ProcessAsync(network, secrets: TestSecrets.Of(TrutoTarget.DefaultTokenSecret, tokens));

        Assert.Equal(new Failure("no-token", "The secret \"truto-api-token\" holds no API token.", IsTransient: true), disposition.Failure);
        Assert.Null(disposition.Ending);
        Assert.False(disposition.SpendsAttempt);
        Assert.Equal(503, Problems.StatusOf(disposition.Failure!));
        Assert.Empty(network.Sent);
    }

    [Fact]
    public async Task The_newest_token_is_sent()
    {
        var network = new Script(Script.Answer(200, "{}"));

        await ProcessAsync(network, secrets: TestSecrets.Of(TrutoTarget.DefaultTokenSecret, "newest", "older"));

        Assert.Equal("newest", Assert.Single(network.Sent).Token);
    }

    [Fact]
    public async Task Without_the_store_of_secrets_an_event_fails_for_now()
    {
        var secrets = new Mock<ISecretStore>();
        secrets.Setup(store => store.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ThrowsAsync(new SecretStoreException("truto-api-token"));

        var network = new Script(Script.Answer(200, "{}"));

        var disposition = await ProcessAsync(network, secrets: secrets.Object);

        Assert.Equal(new Failure("secrets-unavailable", "The API token cannot be read from the secret store.", IsTransient: true), disposition.Failure);
        Assert.Null(disposition.Ending);
        Assert.False(disposition.SpendsAttempt);
        Assert.Equal(503, Problems.StatusOf(disposition.Failure!));
        Assert.Empty(network.Sent);
        Assert.Empty(processing.Outcomes.All);
    }

    [Theory]
    [InlineData(400, false, "request-rejected", false, 422)]
    [InlineData(400, true, "provider-validation", false, 422)]
    [InlineData(401, true, "reauthentication-required", false, 502)]
    [InlineData(403, false, "forbidden", false, 502)]
    [InlineData(403, true, "forbidden", false, 502)]
    [InlineData(404, false, "not-found", false, 422)]
    [InlineData(404, true, "not-found", false, 422)]
    [InlineData(405, false, "read-only", false, 502)]
    [InlineData(409, true, "conflict", false, 409)]
    [InlineData(422, true, "provider-validation", false, 422)]
    [InlineData(429, false, "rate-limited", true, 503)]
    [InlineData(429, true, "rate-limited", true, 503)]
    [InlineData(500, false, "truto-failure", true, 502)]
    [InlineData(500, true, "provider-failure", true, 502)]
    [InlineData(502, false, "no-answer", true, 502)]
    [InlineData(502, true, "no-answer", true, 502)]
    [InlineData(503, false, "account-blocked", false, 502)]
    [InlineData(503, true, "provider-failure", true, 502)]
    [InlineData(504, false, "no-answer", true, 502)]
    public async Task What_Truto_refuses_is_a_failure_with_its_cause(int status, bool isRemote, string cause, bool isTransient, int answer)
    {
        var body = $$"""
            { "statusCode": {{status}}, "error": "E", "message": "ada@example.com is wrong", "raw_response": { "email": "ada@example.com" },
              "truto_is_remote_error": {{(isRemote ? "true" : "false")}} }
            """;

        var disposition = await ProcessAsync(new Script(Script.Answer(status, body)));

        var failure = FailureOf(disposition);
        Assert.Equal((cause, isTransient), (failure.Cause, failure.IsTransient));
        Assert.Equal(answer, Problems.StatusOf(failure));
        Assert.DoesNotContain("ada@example.com", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Logged, line => line.Contains("ada@example.com", StringComparison.Ordinal) || line.Contains(Token, StringComparison.Ordinal));
        if (isTransient)
        {
            Assert.Null(disposition.Ending);
            Assert.Contains(Logged, line => line.StartsWith("Information Event test/", StringComparison.Ordinal) && line.EndsWith($"({cause}).", StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal((OutcomeStatus.Failed, "42"), (disposition.Ending!.Conclusion.Status, disposition.Ending.Conclusion.UserId));
            Assert.Contains(Logged, line => line.StartsWith("Warning Event test/", StringComparison.Ordinal) && line.Contains($"is Failed ({cause})", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Scopes_that_are_missing_are_a_failure_of_their_own()
    {
        var ending = await EndAsync(new Script(Script.Answer(403, """
            { "statusCode": 403, "truto_error_insight": { "forbidden_error": { "description": "x", "value": { "missing_scopes": ["users.write"] } } } }
            """)));

        Assert.Equal("missing-scopes", ending.Conclusion.Failure!.Cause);
        Assert.Contains("users.write", ending.Conclusion.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData(null, null)]
    public async Task How_long_to_wait_is_handed_on(string? header, int? seconds)
    {
        var disposition = await ProcessAsync(new Script(header is null ? Script.Answer(429, "{}") : Script.Answer(429, "{}", ("Retry-After", header))));

        Assert.Equal(seconds, (int?)disposition.Failure!.RetryAfter?.TotalSeconds);
        Assert.Equal(TimeSpan.FromSeconds(seconds ?? 10), disposition.Delay);
        Assert.False(disposition.SpendsAttempt);
    }

    [Fact]
    public async Task An_answer_that_is_not_JSON_may_be_right_the_next_time()
    {
        var failure = FailureOf(await ProcessAsync(new Script(Script.Answer(200, "<html>"))));

        Assert.Equal(("invalid-response", true, 502), (failure.Cause, failure.IsTransient, Problems.StatusOf(failure)));
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, "connection-failed")]
    [InlineData(HttpRequestError.NameResolutionError, "connection-failed")]
    [InlineData(HttpRequestError.ResponseEnded, "connection-lost")]
    [InlineData(HttpRequestError.Unknown, "connection-lost")]
    public async Task A_connection_that_fails_is_a_failure_for_now(HttpRequestError error, string cause)
    {
        var failure = FailureOf(await ProcessAsync(new Script(Script.Throw(new HttpRequestException(error)))));

        Assert.Equal((cause, true, 502), (failure.Cause, failure.IsTransient, Problems.StatusOf(failure)));
    }

    [Fact]
    public void Every_cause_of_the_client_has_a_word_of_its_own()
    {
        var failures = Enum.GetValues<TrutoErrorCause>().Select(cause => Failure.Of(new TrutoException(cause))).ToList();

        Assert.Equal(failures.Count, failures.Select(failure => failure.Cause).Distinct().Count());
        Assert.DoesNotContain("unknown", failures.Select(failure => failure.Cause));
        Assert.All(failures, failure => Assert.True(failure.Reason.Length > 10));
        Assert.Equal(504, Problems.StatusOf(Failure.Of(new TrutoException(TrutoErrorCause.Timeout))));
        Assert.Equal(502, Problems.StatusOf(Failure.Of(new TrutoException(TrutoErrorCause.TokenRejected))));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_user_that_no_address_can_hold_fails_for_good(string id)
    {
        var network = new Script(Script.Answer(200, "{}"));

        var failure = (await EndAsync(network, body: $$"""{ "user": "{{id}}", "email": "ada@example.com" }""")).Conclusion.Failure!;

        Assert.Equal(("cannot-be-sent", false, 422), (failure.Cause, failure.IsTransient, Problems.StatusOf(failure)));
        Assert.Empty(network.Sent);
    }

    [Theory]
    [InlineData("a/b?c#d")]
    [InlineData("alt:ref:imported@frontapp.com_t:50603")]
    [InlineData("ä ö")]
    public async Task Any_other_user_is_one_segment_of_the_address(string id)
    {
        var network = new Script(Script.Answer(200, "{}"));

        await ProcessAsync(network, body: $$"""{ "user": "{{id}}", "email": "ada@example.com" }""");

        Assert.Equal(id, Uri.UnescapeDataString(Assert.Single(network.Sent).Address.AbsolutePath["/unified/crm/users/".Length..]));
    }

    [Fact]
    public async Task A_patch_that_cannot_be_sent_fails_for_good()
    {
        var deep = new string('[', 63) + new string(']', 63);

        var ending = await EndAsync(
            new Script(Script.Answer(200, "{}")), """{ "provider": "planhat", "map": { "custom_fields": { "a": { "b": { "c": "x" } } } } }""", $$"""{ "user": "42", "x": {{deep}} }""");

        Assert.Equal(("cannot-be-sent", false), (ending.Conclusion.Failure!.Cause, ending.Conclusion.Failure.IsTransient));
    }

    [Fact]
    public async Task Who_ends_the_update_gets_no_outcome()
    {
        using var ending = new CancellationTokenSource();
        var network = new Script(async _ =>
        {
            await ending.CancelAsync();
            return await new TaskCompletionSource<HttpResponseMessage>().Task;
        });

        var source = TestSource.Of(TestSource.Good);
        processing = new TestProcessing(network);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => processing.Processor.ProcessAsync(source, source.EventIn(Body), TestProcessing.First, ending.Token).AsTask());

        Assert.Empty(processing.Outcomes.All);
        Assert.True(processing.Ledgers.LeaseOf("42")?.Until > processing.Time.GetUtcNow(), "The update may still arrive, and somebody else may overwrite it.");
    }

    [Fact]
    public async Task What_is_logged_holds_nothing_personal()
    {
        var ending = await EndAsync(
            new Script(Script.Answer(200, """{ "id": "42", "email": "ada@example.com" }""")),
            """{ "id": "event" }""",
            """{ "event": "evt_1", "user": "42", "email": "ada@example.com" }""");

        Assert.Equal([$"Information Update {ending.Update!.Id} carried 1 events and 1 fields to Truto.", "Information Event test/evt_1 is Applied."], Logged);
    }

    private static Mock<ISecretStore> Store(params string[] tokens)
    {
        var secrets = new Mock<ISecretStore>();
        var sequence = secrets.SetupSequence(store => store.GetAsync(TrutoTarget.DefaultTokenSecret, It.IsAny<CancellationToken>()));
        foreach (var token in tokens)
        {
            sequence = sequence.ReturnsAsync([token]);
        }

        return secrets;
    }

    private static Failure FailureOf(Disposition disposition) => (disposition.Ending?.Conclusion.Failure ?? disposition.Failure)!;

    private IEnumerable<string> Logged => processing.UpdaterLog.Lines.Concat(processing.Log.Lines);

    /// <summary>Makes the first attempt.</summary>
    private Task<Disposition> ProcessAsync(Script network, string changes = "{}", string body = Body, ISecretStore? secrets = null)
    {
        var source = TestSource.OfChanged(changes);
        processing = new TestProcessing(network, secrets);
        return processing.Processor
            .ProcessAsync(source, source.EventIn(body), TestProcessing.First, TestContext.Current.CancellationToken)
            .AsTask();
    }

    /// <summary>Makes the first attempt, with which the event has to end.</summary>
    private async Task<Ending> EndAsync(Script network, string changes = "{}", string body = Body, ISecretStore? secrets = null) =>
        Assert.IsType<Ending>((await ProcessAsync(network, changes, body, secrets)).Ending);
}
