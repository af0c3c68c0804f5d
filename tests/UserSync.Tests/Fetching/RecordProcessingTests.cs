using System.Text.Json;
using UserSync.Endpoints;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

/// <summary>Events that carry an id only, on their way through processing.</summary>
public sealed class RecordProcessingTests
{
    private const string Ada = """{ "user": "42", "email": "ada@example.com", "at": "2026-01-01T00:00:00Z" }""";

    private readonly Script truto = new(Script.Answer(200, """{ "id": "42" }"""));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_mapping_sees_the_event_and_the_record()
    {
        var world = World(Answer("""{ "user": "42", "email": "ada@example.com", "age": 1.10 }"""));
        var source = TestFetch.Of(source: """
            {
              "provider": "planhat",
              "map": {
                "email": "record.email", "name": "join(' ', [event.who, record.email])", "is_active": { "from": "event.kind", "values": { "joined": true } },
                "custom_fields": { "age": "record.age", "header": "header:X-Tenant" }
              }
            }
            """);

        var ending = await EndAsync(world, source, """{ "id": "815", "who": "Ada", "kind": "joined" }""");

        Assert.Equal(OutcomeStatus.Applied, ending.Status);
        Assert.Equal(("42", TestSource.Account), (ending.UserId, ending.Account));
        Assert.Equal(
            """{"custom_fields":{"age":1.10,"header":"acme"},"email":"ada@example.com","is_active":true,"name":"Ada ada@example.com"}""",
            JsonSerializer.Serialize(JsonSerializer.Deserialize<SortedDictionary<string, JsonElement>>(Assert.Single(truto.Sent).Body!)));
    }

    [Fact]
    public void What_identifies_and_dates_an_event_sees_the_event_as_without_a_record()
    {
        var source = TestFetch.Of(source: """{ "id": "uuid", "type": "kind", "time": "at", "when": "kind == 'updated'" }""");

        var change = source.EventIn("""{ "id": "815", "uuid": "e-1", "kind": "updated", "at": "2025-12-31T00:00:00Z" }""");

        Assert.Equal(("e-1", "updated", new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero)), (change.Id, change.Type, change.OccurredAt));
        Assert.True(source.Events.Takes(change));
    }

    [Fact]
    public async Task An_event_that_is_no_user_change_fetches_nothing()
    {
        var system = Answer(Ada);
        var source = TestFetch.Of(source: """{ "when": "kind" }""");

        var ending = await EndAsync(World(system), source);

        Assert.Equal(SkipReason.Filtered, ending.SkipReason);
        Assert.Empty(system.Sent);
    }

    [Fact]
    public async Task A_record_that_cannot_be_mapped_fails_the_event_and_is_not_quoted()
    {
        var ending = await EndAsync(World(Answer("""{ "user": "42", "email": { "primary": "ada@example.com" } }""")), TestFetch.Of());

        Assert.Equal((OutcomeStatus.Failed, "email: the expression record.email gave an object where a text is expected"), (ending.Status, ending.Failure!.Reason));
    }

    [Theory]
    [InlineData("""{ "gone": "skip" }""", OutcomeStatus.Skipped, null)]
    [InlineData("""{ "gone": "fail" }""", OutcomeStatus.Failed, "record-gone")]
    [InlineData("{}", OutcomeStatus.Failed, "record-gone")]
    public async Task An_event_whose_record_is_gone_ends_as_its_source_says(string fetch, OutcomeStatus status, string? cause)
    {
        var ending = await EndAsync(World(new Script(Script.Answer(404))), TestFetch.Of(fetch));

        Assert.Equal((status, cause, cause is null ? SkipReason.Gone : null), (ending.Status, ending.Failure?.Cause, ending.SkipReason));
        Assert.Empty(truto.Sent);
    }

    [Fact]
    public async Task A_record_that_is_gone_may_write_fixed_fields_for_the_user_that_the_event_names()
    {
        var source = TestFetch.Of(
            """{ "gone": { "is_active": false, "custom_fields": { "left": "yes", "site": null }, "remote_data": null } }""", """{ "user": "event.crm", "provider": "planhat" }""");

        var ending = await EndAsync(World(new Script(Script.Answer(410))), source, """{ "id": "815", "crm": 42 }""");

        Assert.Equal((OutcomeStatus.Applied, "42"), (ending.Status, ending.UserId));
        Assert.Equal("""{"is_active":false,"remote_data":null,"custom_fields":{"left":"yes","site":null}}""", Assert.Single(truto.Sent).Body);
    }

    [Fact]
    public async Task A_record_that_is_gone_cannot_say_whose_it_was()
    {
        var ending = await EndAsync(World(new Script(Script.Answer(404))), TestFetch.Of("""{ "gone": { "is_active": false } }"""));

        Assert.Equal("user: the expression record.user gave null where the CRM user's id is expected", ending.Failure!.Reason);
    }

    [Fact]
    public async Task A_record_that_is_only_kept_counts_as_gone_and_still_says_whose_it_was()
    {
        var source = TestFetch.Of("""{ "deleted": "record.deletedAt", "gone": { "is_active": false } }""");

        var ending = await EndAsync(World(Answer("""{ "user": "42", "email": "ada@example.com", "deletedAt": "2026-01-01" }""")), source);

        Assert.Equal((OutcomeStatus.Applied, "42"), (ending.Status, ending.UserId));
        Assert.Equal("""{"is_active":false}""", Assert.Single(truto.Sent).Body);
    }

    [Fact]
    public async Task A_marker_that_cannot_be_evaluated_fails_the_event()
    {
        var ending = await EndAsync(World(Answer(Ada)), TestFetch.Of("""{ "deleted": "length(record.n)" }"""), """{ "id": "815" }""");

        Assert.Equal((OutcomeStatus.Failed, "fetch.deleted: cannot be evaluated over this event (invalid-type in length)"), (ending.Status, ending.Failure!.Reason));
    }

    [Fact]
    public async Task An_id_that_no_address_can_hold_fails_the_event_at_once_with_the_reason()
    {
        var system = Answer(Ada);

        var ending = await EndAsync(World(system), TestFetch.Of(), """{ "id": "../admin" }""");

        Assert.Equal((OutcomeStatus.Failed, "mapping-failed"), (ending.Status, ending.Failure!.Cause));
        Assert.Equal("fetch.path: the expression event.id gave a text with a character that no id has in this place (U+002F)", ending.Failure.Reason);
        Assert.Equal(422, Problems.StatusOf(ending.Failure));
        Assert.Empty(system.Sent);
    }

    [Fact]
    public async Task A_source_system_that_fails_is_tried_again_with_backoff_and_the_event_is_dead_lettered_in_the_end()
    {
        var world = World(new Script(Script.Answer(500)), random: 1);
        var source = TestFetch.Of();

        var first = await ProcessAsync(world, source, attempt: TestProcessing.First);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var last = await ProcessAsync(world, source, attempt: TestProcessing.First with { Failed = world.Settings.MaxAttempts - 1 });

        Assert.Equal((TimeSpan.FromSeconds(2), true, "record-failure"), (first.Delay, first.SpendsAttempt, first.Failure!.Cause));
        Assert.Equal((OutcomeStatus.DeadLettered, 12, "The source system failed (500)."), (last.Ending!.Conclusion.Status, last.Ending.Conclusion.Attempts, last.Ending.Conclusion.Failure!.Reason));
        Assert.Equal(502, Problems.StatusOf(last.Ending.Conclusion.Failure));
    }

    [Fact]
    public async Task A_rate_limit_puts_the_event_off_for_as_long_as_it_says_and_spends_no_attempt()
    {
        var disposition = await ProcessAsync(World(new Script(Script.Answer(429, null, ("Retry-After", "90")))), TestFetch.Of());

        Assert.Equal((TimeSpan.FromSeconds(90), false, "rate-limited"), (disposition.Delay, disposition.SpendsAttempt, disposition.Failure!.Cause));
    }

    [Fact]
    public async Task A_failure_waits_at_the_least_as_long_as_the_source_system_says()
    {
        var disposition = await ProcessAsync(World(new Script(Script.Answer(503, null, ("Retry-After", "45")))), TestFetch.Of());

        Assert.Equal((TimeSpan.FromSeconds(45), true), (disposition.Delay, disposition.SpendsAttempt));
    }

    [Fact]
    public async Task A_sender_that_waits_is_answered_with_what_became_of_its_event()
    {
        var world = World(Answer(Ada));
        var source = TestFetch.Of();

        var ending = Assert.Single(await world.Waiting.ProcessAsync(source, [Change(world, source)]));

        Assert.Equal((OutcomeStatus.Applied, "42"), (ending.Conclusion.Status, ending.Update!.Response!.Value.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData(429, "rate-limited", 503)]
    [InlineData(404, "record-gone", 422)]
    [InlineData(400, "record-refused", 422)]
    public async Task A_sender_that_waits_hears_why_its_event_failed(int status, string cause, int answer)
    {
        var world = World(new Script(Script.Answer(status)));
        var source = TestFetch.Of();

        var conclusion = Assert.Single(await world.Waiting.ProcessAsync(source, [Change(world, source)])).Conclusion;

        Assert.Equal((OutcomeStatus.Failed, cause, answer), (conclusion.Status, conclusion.Failure!.Cause, Problems.StatusOf(conclusion.Failure)));
    }

    [Fact]
    public async Task What_an_abandoned_event_left_pending_is_taken_out_of_the_ledger()
    {
        var world = World(Answer(Ada), new Script(Script.Answer(429)));
        var source = TestFetch.Of();

        var conclusion = Assert.Single(await world.Waiting.ProcessAsync(source, [Change(world, source)])).Conclusion;

        Assert.Equal((OutcomeStatus.Failed, "42"), (conclusion.Status, conclusion.UserId));
        var row = await world.Ledgers.ReadAsync(new UserSync.Ledger.UserKey(TestSource.Account, "42"), Cancellation);
        Assert.Empty(row.Ledger.Fields);
    }

    [Fact]
    public async Task An_event_that_is_abandoned_before_its_record_was_fetched_has_left_nothing()
    {
        var world = World(new Script(Script.Answer(429)));
        var source = TestFetch.Of();

        var conclusion = await world.Processor.AbandonAsync(source, Change(world, source), OutcomeStatus.Failed, Failure.OutOfTime(), TestProcessing.First, Cancellation);

        Assert.Equal((OutcomeStatus.Failed, null), (conclusion.Status, conclusion.UserId));
    }

    [Fact]
    public async Task Waiting_for_Truto_costs_no_further_request_for_the_record()
    {
        var system = Answer(Ada);
        var world = World(system, new Script(Script.Answer(500), Script.Answer(500), Script.Answer(200, """{ "id": "42" }""")));
        var source = TestFetch.Of();
        var change = Change(world, source);

        await ProcessAsync(world, source, change);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await ProcessAsync(world, source, change);
        world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(OutcomeStatus.Applied, (await ProcessAsync(world, source, change)).Ending!.Conclusion.Status);
        Assert.Single(system.Sent);
    }

    [Theory]
    [InlineData("""{ "user": "42", "email": "ada@example.com" }""", "sent", null)]
    [InlineData("""{ "user": "42" }""", "sent", null)]
    [InlineData("{}", "failed", "user: the expression record.user gave null where the CRM user's id is expected")]
    public async Task A_forecast_fetches_the_record_and_sends_nothing(string record, string result, string? problem)
    {
        var world = World(Answer(record));
        using var folder = new Folder().With("test.json", TestSource.With(TestFetch.Changes(source: """{ "map": { "email": { "from": "record.email", "null": "send" } } }""")));
        var sources = folder.Load();
        var outcome = Outcome.Received(Change(world, sources.Find("test")!)) with { Conclusion = new Conclusion("test", "e", OutcomeStatus.Failed, Now.Time) };

        var forecast = await world.Replayer(sources).ForecastAsync(outcome, Cancellation);

        Assert.Equal((result, problem), (forecast.Result, forecast.Problems.SingleOrDefault()));
        Assert.Empty(truto.Sent);
    }

    [Theory]
    [InlineData(404, "gone", null)]
    [InlineData(500, "failed", "The source system failed (500).")]
    [InlineData(400, "failed", "The source system refused the request for the record (400).")]
    public async Task A_forecast_says_where_there_is_no_record(int status, string result, string? problem)
    {
        var world = World(new Script(Script.Answer(status)));
        using var folder = new Folder().With("test.json", TestSource.With(TestFetch.Changes("""{ "gone": "skip" }""")));
        var sources = folder.Load();
        var outcome = Outcome.Received(Change(world, sources.Find("test")!)) with { Conclusion = new Conclusion("test", "e", OutcomeStatus.Failed, Now.Time) };

        var forecast = await world.Replayer(sources).ForecastAsync(outcome, Cancellation);

        Assert.Equal((result, problem), (forecast.Result, forecast.Problems.SingleOrDefault()));
    }

    [Fact]
    public void A_sample_for_a_source_with_a_fetch_is_an_event_with_an_id_and_no_record()
    {
        var source = TestFetch.Of("""{ "path": "/users/{event.data.id}" }""", """{ "map": { "email": "record.email", "name": "event.data.name" } }""");

        var draft = SampleDelivery.Make(source, "https://hooks.example.com/in", "s3cret", "42", Now.Time)!;

        Assert.Equal("""{"data":{"name":"Ada Lovelace","id":"sample"}}""", System.Text.Encoding.UTF8.GetString(draft.Body.Span));
    }

    private static Script Answer(string record) => new(Script.Answer(200, record));

    private static ChangeEvent Change(TestProcessing world, Source source, string body = """{ "id": "815" }""") =>
        source.EventIn(body, ("X-Tenant", "acme")) with { ReceivedAt = world.Time.GetUtcNow() - TimeSpan.FromTicks(1) };

    private static Task<Disposition> ProcessAsync(TestProcessing world, Source source, ChangeEvent? change = null, Attempt? attempt = null) =>
        world.Processor.ProcessAsync(source, change ?? Change(world, source), attempt ?? TestProcessing.First, Cancellation).AsTask();

    private TestProcessing World(HttpMessageHandler system, HttpMessageHandler? other = null, double random = 0) =>
        new(other ?? truto, random: new TestRandom(random), network: system);

    private static async Task<Conclusion> EndAsync(TestProcessing world, Source source, string body = """{ "id": "815" }""")
    {
        var change = Change(world, source, body);
        var disposition = await ProcessAsync(world, source, change);
        var conclusion = Assert.IsType<Ending>(disposition.Ending).Conclusion;
        Assert.Equal(conclusion, Assert.Single(world.Outcomes.All).Conclusion);
        return conclusion;
    }
}
