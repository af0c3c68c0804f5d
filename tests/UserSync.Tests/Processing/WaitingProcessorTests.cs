using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class WaitingProcessorTests
{
    private static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Taken = Script.Answer(200, """{ "id": "42" }""");
    private static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Down = Script.Answer(500, "{}");

    private Source source = TestSource.OfChanged("""{ "id": "id", "time": "at" }""");
    private Script truto = new(Taken);
    private TestProcessing processing = null!;

    [Fact]
    public async Task What_may_succeed_at_once_is_tried_again_while_the_sender_waits()
    {
        Begin(new TestRandom(1), Down, Down, Taken);
        processing.Time.PassesOver.UnionWith([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)]);

        var ending = await ProcessAsync("e1");

        Assert.Equal((OutcomeStatus.Applied, """{ "id": "42" }"""), (ending.Conclusion.Status, ending.Update?.Response?.GetRawText()));
        Assert.Equal(Now.Time.AddSeconds(6), processing.Time.GetUtcNow());
        Assert.Equal(3, truto.Sent.Count);
    }

    [Fact]
    public async Task After_three_attempts_the_sender_has_to_come_again_and_nothing_is_left_pending()
    {
        Begin(new TestRandom(0), Down);

        var ending = await ProcessAsync("e1");

        Assert.Equal(3, truto.Sent.Count);
        Assert.Equal(
            (OutcomeStatus.Failed, "truto-failure", true, 3, "42"),
            (ending.Conclusion.Status, ending.Conclusion.Failure!.Cause, ending.Conclusion.Failure.IsTransient, ending.Conclusion.Attempts, ending.Conclusion.UserId));
        Assert.Equal(ending.Conclusion, processing.Outcomes.Only.Conclusion);
        Assert.Empty(processing.Ledgers.Of("42").Fields);
    }

    [Fact]
    public async Task An_event_that_failed_for_now_is_applied_when_the_sender_comes_again()
    {
        Begin(new TestRandom(0), Down, Down, Down, Taken);
        await ProcessAsync("e1");

        Assert.Equal(OutcomeStatus.Applied, (await ProcessAsync("e1")).Conclusion.Status);

        Assert.Equal(OutcomeStatus.Applied, processing.Outcomes.Only.Conclusion.Status);
    }

    [Fact]
    public async Task A_rate_limit_is_handed_on_at_once()
    {
        Begin(new TestRandom(0), Script.Answer(429, "{}", ("Retry-After", "3")));

        var ending = await ProcessAsync("e1");

        Assert.Equal(("rate-limited", TimeSpan.FromSeconds(3)), (ending.Conclusion.Failure!.Cause, ending.Conclusion.Failure.RetryAfter));
        Assert.Single(truto.Sent);
        Assert.Equal(Now.Time, processing.Time.GetUtcNow());
    }

    [Theory]
    [InlineData("61", 61)]
    [InlineData("5000000", 3600)]
    public async Task An_attempt_that_would_come_after_the_senders_time_is_not_waited_for(string asked, int believed)
    {
        Begin(new TestRandom(0), Script.Answer(500, "{}", ("Retry-After", asked)));
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(believed));

        var ending = await ProcessAsync("e1");

        Assert.Equal(
            ("truto-failure", TimeSpan.FromSeconds(believed), 1),
            (ending.Conclusion.Failure!.Cause, ending.Conclusion.Failure.RetryAfter, ending.Conclusion.Attempts));
        Assert.Equal(Now.Time, processing.Time.GetUtcNow());
        Assert.Equal(ending.Conclusion, processing.Outcomes.Only.Conclusion);
        Assert.Empty(processing.Ledgers.Of("42").Fields);
    }

    [Fact]
    public async Task A_turn_that_comes_in_time_is_waited_for()
    {
        Begin(new TestRandom(0), Taken);
        processing.Schedule.Pause(TestSource.Account, TimeSpan.FromSeconds(59));
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(59));

        Assert.Equal(OutcomeStatus.Applied, (await ProcessAsync("e1")).Conclusion.Status);
    }

    [Fact]
    public async Task A_turn_that_is_too_far_off_is_not_waited_for()
    {
        Begin(new TestRandom(0), Taken);
        processing.Schedule.Pause(TestSource.Account, TimeSpan.FromSeconds(60));

        var ending = await ProcessAsync("e1");

        Assert.Equal(
            new Failure("rate-limited", "The limit on updates is used up for longer than a sender is kept waiting.", IsTransient: true, TimeSpan.FromSeconds(60)),
            ending.Conclusion.Failure);
        Assert.Empty(truto.Sent);
        Assert.Empty(processing.Ledgers.Of("42").Pending);
    }

    [Fact]
    public async Task A_turn_that_is_not_waited_for_is_for_somebody_else()
    {
        Begin(new TestRandom(0), Taken);
        processing.Limits.AccountRequests = 1;
        processing.Limits.AccountWindow = TimeSpan.FromMinutes(2);
        processing.Schedule.TryTake(new UserKey(TestSource.Account, "41"), "truto-api-token");

        var ending = await ProcessAsync("e1");

        Assert.Equal(TimeSpan.FromMinutes(2), ending.Conclusion.Failure!.RetryAfter);
        Assert.Equal(TimeSpan.FromMinutes(2), processing.Schedule.TryTake(new UserKey(TestSource.Account, "43"), "truto-api-token"));
    }

    [Fact]
    public async Task A_user_that_somebody_else_updates_is_waited_for()
    {
        Begin(new TestRandom(0), Taken);
        processing.Ledgers.Change("42", ledger => ledger.Take(new Lease("somebody", Now.Time.AddSeconds(5)), []));
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(1));

        Assert.Equal(OutcomeStatus.Applied, (await ProcessAsync("e1")).Conclusion.Status);

        Assert.Equal(Now.Time.AddSeconds(5), processing.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_user_that_somebody_else_updates_for_too_long_is_given_up_and_left_to_him()
    {
        Begin(new TestRandom(0), Taken);
        processing.Ledgers.Change("42", ledger => ledger.Take(new Lease("somebody", Now.Time.AddHours(1)), []));
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(1));

        var ending = await ProcessAsync("e1");

        Assert.Equal(
            new Failure("timeout", "The update was not finished in the time that a sender is kept waiting.", IsTransient: true), ending.Conclusion.Failure);
        Assert.Equal(Now.Time.AddSeconds(59), processing.Time.GetUtcNow());
        Assert.Equal("somebody", processing.Ledgers.Of("42").Lease?.Owner);
        Assert.Empty(processing.Ledgers.Of("42").Pending);
    }

    [Fact]
    public async Task The_sender_is_told_what_failed_before_its_time_was_over()
    {
        var reached = new TaskCompletionSource();
        Begin(new TestRandom(1), Down, _ =>
        {
            reached.SetResult();
            return new TaskCompletionSource<HttpResponseMessage>().Task;
        });
        processing.Settings.WaitTimeout = TimeSpan.FromSeconds(12);
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(2));

        var processed = ProcessAsync("e1");
        await reached.Task;
        processing.Time.Advance(TimeSpan.FromSeconds(10));
        var ending = await processed;

        Assert.Equal(("truto-failure", 1), (ending.Conclusion.Failure!.Cause, ending.Conclusion.Attempts));
    }

    [Fact]
    public async Task An_event_that_is_refused_together_with_others_is_applied_alone_at_once()
    {
        Begin(new TestRandom(0), Down, Script.Answer(422, """{ "truto_is_remote_error": true }"""), Taken);
        source = TestSource.OfChanged("""{ "id": "id", "time": "at", "map": { "email": "email", "name": "name" } }""");
        await processing.Processor.ProcessAsync(
            source, source.EventIn("""{ "id": "e0", "at": "2025-12-31T00:00:00Z", "user": "42", "name": "refused" }"""), TestProcessing.First, TestContext.Current.CancellationToken);

        var ending = await ProcessAsync("e1");

        Assert.Equal(OutcomeStatus.Applied, ending.Conclusion.Status);
        Assert.Equal(["""{"name":"refused"}""", """{"email":"a@b.c","name":"refused"}""", """{"email":"a@b.c"}"""], truto.Sent.Select(sent => sent.Body));
    }

    [Fact]
    public async Task A_repetition_is_answered_with_the_response_to_the_first()
    {
        Begin(new TestRandom(0), Script.Answer(200, """{ "id": "42", "name": "first" }"""), Script.Answer(200, """{ "id": "42", "name": "second" }"""));
        await ProcessAsync("e1");

        var again = await ProcessAsync("e1");

        Assert.Equal("""{ "id": "42", "name": "first" }""", again.Update?.Response?.GetRawText());
        Assert.Single(truto.Sent);
    }

    [Fact]
    public async Task An_event_without_a_time_does_not_become_newer_by_being_sent_again()
    {
        Begin(new TestRandom(0), Taken);
        source = TestSource.OfChanged("""{ "id": "id" }""");
        await SendAsync("""{ "id": "e1", "user": "42", "email": "first" }""");
        await SendAsync("""{ "id": "e2", "user": "42", "email": "second" }""");

        var again = await SendAsync("""{ "id": "e1", "user": "42", "email": "first" }""");

        Assert.Equal((OutcomeStatus.Skipped, SkipReason.Stale), (again.Conclusion.Status, again.Conclusion.SkipReason));
        Assert.Equal(["""{"email":"first"}""", """{"email":"second"}"""], truto.Sent.Select(sent => sent.Body));

        async Task<Ending> SendAsync(string body)
        {
            processing.Time.Advance(TimeSpan.FromMinutes(1));
            var batch = source.EventsIn(Deliveries.Of(body, format: source.Events.Format, receivedAt: processing.Time.GetUtcNow()));
            return Assert.Single(await processing.Waiting.ProcessAsync(source, batch));
        }
    }

    [Fact]
    public async Task Events_that_are_dated_by_their_receipt_are_noted_before_the_first_is_processed()
    {
        IReadOnlyList<Outcome> during = [];
        Begin(new TestRandom(0), request =>
        {
            during = during.Count == 0 ? processing.Outcomes.All : during;
            return Taken(request);
        });
        source = TestSource.OfChanged("""{ "id": "id" }""");
        var events = source.EventsIn(Deliveries.Of("""[{ "id": "e1", "user": "41", "email": "a" }, { "id": "e2", "user": "42", "email": "b" }]""", format: source.Events.Format));

        var endings = await processing.Waiting.ProcessAsync(source, events);

        Assert.Equal([("e1", OutcomeStatus.Received), ("e2", OutcomeStatus.Received)], during.Select(outcome => (outcome.EventId, outcome.Conclusion.Status)));
        Assert.Equal([OutcomeStatus.Applied, OutcomeStatus.Applied], endings.Select(ending => ending.Conclusion.Status));
        Assert.All(processing.Outcomes.All, outcome => Assert.NotNull(outcome.Event));
    }

    [Theory]
    [InlineData("""{ "id": "id" }""")]
    [InlineData("""{ "id": "id", "time": "at", "user": { "find": { "email": "email" } } }""")]
    public async Task Nothing_is_asked_of_Truto_before_a_receipt_that_dates_or_creates_is_durable(string settings)
    {
        var held = new HeldStep();
        source = TestSource.OfChanged(settings);
        processing = new TestProcessing(truto = new Script(Taken), random: new TestRandom(0), steps: held);

        var ending = ProcessAsync("e1");

        Assert.Empty(truto.Sent);
        Assert.False(ending.IsCompleted);
        Assert.Empty(processing.Ledgers.Of("42").Fields);
        held.Release();
        await ending;
        Assert.NotEmpty(truto.Sent);
    }

    [Theory]
    [InlineData("""{ "id": "id", "time": "at" }""", OutcomeStatus.Applied)]
    [InlineData("""{ "id": "id", "time": "at", "when": { "is": "user == 'nobody'" } }""", OutcomeStatus.Skipped)]
    [InlineData("""{ "id": "id", "time": "at", "map": { "is_active": "email" } }""", OutcomeStatus.Failed)]
    public async Task Every_other_event_is_noted_together_with_how_it_ended(string settings, OutcomeStatus status)
    {
        IReadOnlyList<Outcome> during = [];
        Begin(new TestRandom(0), request =>
        {
            during = processing.Outcomes.All;
            return Taken(request);
        });
        source = TestSource.OfChanged(settings);

        var ending = await ProcessAsync("e1");

        Assert.Empty(during);
        Assert.Equal(status, ending.Conclusion.Status);
        Assert.Equal(ending.Conclusion, processing.Outcomes.Only.Conclusion);
        Assert.Equal("42", processing.Outcomes.Only.Event?.GetProperty("user").GetString());
    }

    [Fact]
    public async Task An_event_that_is_given_up_is_noted_with_what_it_says()
    {
        Begin(new TestRandom(0), Down);

        await ProcessAsync("e1");

        Assert.Equal((OutcomeStatus.Failed, "42"), (processing.Outcomes.Only.Conclusion.Status, processing.Outcomes.Only.Event?.GetProperty("user").GetString()));
    }

    [Fact]
    public async Task How_an_event_ended_is_not_said_before_that_is_durable()
    {
        var held = new HeldStep();
        source = TestSource.OfChanged("""{ "id": "id", "time": "at", "when": { "is": "user == 'nobody'" } }""");
        processing = new TestProcessing(truto = new Script(Taken), steps: held);

        var ending = ProcessAsync("e1");

        Assert.False(ending.IsCompleted);
        held.Release();
        Assert.Equal(OutcomeStatus.Skipped, (await ending).Conclusion.Status);
        Assert.Empty(truto.Sent);
    }

    private void Begin(Random random, params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] answers) =>
        processing = new TestProcessing(truto = new Script(answers), random: random);

    private async Task<Ending> ProcessAsync(string id)
    {
        var change = source.EventIn($$"""{ "id": "{{id}}", "at": "2025-12-31T12:00:00Z", "user": "42", "email": "a@b.c" }""");
        return Assert.Single(await processing.Waiting.ProcessAsync(source, [change]));
    }
}
