using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class MessageProcessorTests : IDisposable
{
    private const string Dated = """{ "id": "id", "type": "type", "time": "at" }""";
    private const string Minimal = """{ "source": "test", "event": { "id": "e1", "type": "user.updated", "at": "2025-12-31T12:00:00Z", "user": "42", "email": "a@b.c" } }""";

    private const string Undated = """{ "source": "test", "event": { "user": "42", "email": "a@b.c" } }""";

    private readonly Folder folder = new();
    private Script truto = new(Script.Answer(200, """{ "id": "42" }"""));
    private TestProcessing processing = null!;
    private SourceCatalog sources = null!;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_source_and_an_event_are_enough()
    {
        Begin(Dated);

        var step = await ProcessAsync(Minimal);

        Assert.Same(MessageStep.Done, step);
        Assert.Equal("""{"email":"a@b.c"}""", Assert.Single(truto.Sent).Body);
        var outcome = processing.Outcomes.Only;
        Assert.Equal(
            ("test", "e1", "user.updated", new DateTimeOffset(2025, 12, 31, 12, 0, 0, TimeSpan.Zero), Now.Time),
            (outcome.Source, outcome.EventId, outcome.EventType, outcome.OccurredAt, outcome.ReceivedAt));
        Assert.Equal("a@b.c", outcome.Event!.Value.GetProperty("email").GetString());
        Assert.Equal((OutcomeStatus.Applied, "42"), (outcome.Conclusion.Status, outcome.Conclusion.UserId));
    }

    [Fact]
    public async Task What_the_message_says_counts_before_what_the_source_says()
    {
        Begin("""{ "id": "id", "type": "type", "time": "at", "when": { "type": "of.message" }, "map": { "email": "header:X-Email" } }""");
        var message = Read(Minimal) with
        {
            Id = "id of message",
            Type = "of.message",
            OccurredAt = Now.Time.AddDays(-3),
            ReceivedAt = Now.Time.AddDays(-2),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-email"] = "of@header" },
            Replay = 7,
            TraceParent = "trace",
        };

        await ProcessAsync(message);

        var conclusion = processing.Outcomes.Only.Conclusion;
        Assert.Equal(("id of message", OutcomeStatus.Applied, 7), (conclusion.EventId, conclusion.Status, conclusion.Replay));
        Assert.Equal("""{"email":"of@header"}""", Assert.Single(truto.Sent).Body);
        var stamp = Assert.Single(processing.Ledgers.Of("42").Fields).Value.Newest.Stamp;
        Assert.Equal((Now.Time.AddDays(-3), "id of message", "test", 7), (stamp.OccurredAt, stamp.EventId, stamp.Source, stamp.Replay));
    }

    [Theory]
    [InlineData(0, 7200)]
    [InlineData(60_000, 60)]
    [InlineData(long.MaxValue / 2, 0)]
    public async Task How_long_an_event_waits_counts_from_its_receipt_or_from_its_replay(long ago, int seconds)
    {
        Begin(Dated);
        using var measured = new Measurements(processing.Meters);
        var replay = ago == 0 ? 0 : Math.Max(Now.Time.ToUnixTimeMilliseconds() - ago, ago);

        await ProcessAsync(Read(Minimal) with { ReceivedAt = Now.Time.AddHours(-2), Replay = replay });

        Assert.Equal([$"usersync.queue.age {seconds}"], measured.Of("usersync.queue.age"));
    }

    [Fact]
    public async Task An_event_that_is_dated_by_its_receipt_is_written_down_before_anything_is_begun()
    {
        Begin("{}");

        var step = await ProcessAsync("""{ "source": "test", "event": { "user": "42", "email": "a@b.c" }, "attempt": 3 }""");

        Assert.Equal((TimeSpan.Zero, Now.Time, Now.Time, 3), (step.Delay, step.Next!.OccurredAt, step.Next.ReceivedAt, step.Next.Attempt));
        Assert.StartsWith("sha256-", step.Next.Id);
        Assert.Empty(truto.Sent);
        Assert.Empty(processing.Outcomes.All);

        processing.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Same(MessageStep.Done, await ProcessAsync(step.Next));
        var outcome = processing.Outcomes.Only;
        Assert.Equal((step.Next.Id, Now.Time, OutcomeStatus.Applied), (outcome.EventId, outcome.ReceivedAt, outcome.Conclusion.Status));
        Assert.Equal("a@b.c", outcome.Event!.Value.GetProperty("email").GetString());
    }

    [Fact]
    public async Task What_another_system_put_on_the_queue_was_received_when_it_was_put_there_however_often_it_is_taken()
    {
        Begin("{}");
        var queuedAt = Now.Time.AddMinutes(-10);

        var first = await ProcessAsync(Undated, queuedAt);
        processing.Time.Advance(TimeSpan.FromMinutes(5));
        var second = await ProcessAsync(Undated, queuedAt);

        Assert.Equal((queuedAt, queuedAt), (first.Next!.OccurredAt, first.Next.ReceivedAt));
        Assert.Equal((first.Next.Id, queuedAt), (second.Next!.Id, second.Next.ReceivedAt));
        Assert.Same(MessageStep.Done, await ProcessAsync(first.Next));
        Assert.Equal(queuedAt, Assert.Single(processing.Ledgers.Of("42").Fields).Value.Newest.Stamp.OccurredAt);
    }

    [Fact]
    public async Task A_message_that_waits_for_its_source_keeps_the_time_at_which_it_was_put_on_the_queue()
    {
        Begin("{}");
        var queuedAt = Now.Time.AddMinutes(-10);
        var step = await ProcessAsync(Undated.Replace("test", "tomorrow", StringComparison.Ordinal), queuedAt);
        processing.Time.Advance(TimeSpan.FromMinutes(5));
        step = await ProcessAsync(step.Next!, processing.Time.GetUtcNow());
        folder.With("tomorrow.json", TestSource.With("{}"));
        sources = folder.Load();

        step = await ProcessAsync(step.Next!, processing.Time.GetUtcNow());

        Assert.Equal((queuedAt, queuedAt, 2), (step.Next!.OccurredAt, step.Next.ReceivedAt, step.Next.Attempt));
        Assert.Null(step.Next.QueuedAt);
        Assert.Same(MessageStep.Done, await ProcessAsync(step.Next));
        Assert.Equal((queuedAt, OutcomeStatus.Applied), (processing.Outcomes.Only.ReceivedAt, processing.Outcomes.Only.Conclusion.Status));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "source": "gone", "event": 1, "attempt": 11 }""")]
    public async Task What_is_dead_lettered_unprocessed_was_received_when_it_was_put_on_the_queue(string body)
    {
        Begin("{}");

        await ProcessAsync(body, Now.Time.AddMinutes(-10));

        Assert.Equal((Now.Time.AddMinutes(-10), Now.Time), (processing.Outcomes.Only.ReceivedAt, processing.Outcomes.Only.Conclusion.At));
    }

    [Theory]
    [InlineData("{")]
    [InlineData(Undated)]
    [InlineData("""{ "source": "gone", "event": 1 }""")]
    public async Task What_is_given_up_was_received_when_it_was_put_on_the_queue(string body)
    {
        Begin("{}");

        await processing.Messages(sources).GiveUpAsync(
            Encoding.UTF8.GetBytes(body), Now.Time.AddMinutes(-10), TestContext.Current.CancellationToken);

        Assert.Equal((Now.Time.AddMinutes(-10), Now.Time), (processing.Outcomes.Only.ReceivedAt, processing.Outcomes.Only.Conclusion.At));
    }

    [Fact]
    public async Task An_event_without_a_time_does_not_become_newer_by_being_sent_again()
    {
        Begin("""{ "id": "id" }""");
        var first = (await ProcessAsync("""{ "source": "test", "event": { "id": "e1", "user": "42", "email": "first" } }""")).Next!;
        await ProcessAsync(first);
        processing.Time.Advance(TimeSpan.FromMinutes(1));
        await ProcessAsync((await ProcessAsync("""{ "source": "test", "event": { "id": "e2", "user": "42", "email": "second" } }""")).Next!);
        processing.Time.Advance(TimeSpan.FromMinutes(1));

        var again = (await ProcessAsync("""{ "source": "test", "event": { "id": "e1", "user": "42", "email": "first" } }""")).Next!;
        Assert.Same(MessageStep.Done, await ProcessAsync(again));

        Assert.Equal(["""{"email":"first"}""", """{"email":"second"}"""], truto.Sent.Select(sent => sent.Body));
        Assert.Equal([Now.Time, Now.Time.AddMinutes(1)], processing.Outcomes.All.Select(outcome => outcome.ReceivedAt));
        Assert.All(processing.Outcomes.All, outcome => Assert.Equal(OutcomeStatus.Applied, outcome.Conclusion.Status));
    }

    [Theory]
    [InlineData("", "The message cannot be processed: the message is empty.")]
    [InlineData("{", "The message cannot be processed: the message is not JSON (line 1, byte 2).")]
    [InlineData("[]", "The message cannot be processed: the message is not a JSON object.")]
    [InlineData("""{ "event": "ada@example.com" }""", "The message cannot be processed: the message names no source.")]
    [InlineData("""{ "source": "test", "event": 1, "occurredAt": "yesterday" }""", "The message cannot be processed: the message's occurredAt is not a time (ISO 8601).")]
    public async Task A_malformed_message_is_dead_lettered_with_its_reason(string body, string reason)
    {
        Begin("{}");

        var step = await ProcessAsync(body);

        Assert.Same(MessageStep.Done, step);
        var outcome = processing.Outcomes.Only;
        Assert.Equal(("-", $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}"), (outcome.Source, outcome.EventId));
        Assert.Equal(new Failure("malformed", reason, IsTransient: false), outcome.Conclusion.Failure);
        Assert.Equal((OutcomeStatus.DeadLettered, body), (outcome.Conclusion.Status, outcome.Event?.GetString()));
        Assert.DoesNotContain(processing.Log.Lines, line => line.Contains("ada@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_malformed_message_no_more_is_kept_than_helps()
    {
        Begin("{}");

        await ProcessAsync(new string('x', 100_000));

        Assert.Equal(64 * 1024, processing.Outcomes.Only.Event?.GetString()?.Length);
    }

    [Fact]
    public async Task What_failed_comes_back_as_a_message_that_says_all()
    {
        truto = new Script(Script.Answer(500, "{}"));
        Begin(Dated, random: 1);
        var message = Read(Minimal) with
        {
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Name"] = "v" },
            ReceivedAt = Now.Time.AddHours(-1),
            Attempt = 2,
            Replay = 7,
            TraceParent = "parent",
            TraceState = "state",
        };

        var step = await ProcessAsync(message);

        Assert.Equal(TimeSpan.FromSeconds(8), step.Delay);
        Assert.Equal(
            message with { Id = "e1", Type = "user.updated", OccurredAt = new DateTimeOffset(2025, 12, 31, 12, 0, 0, TimeSpan.Zero), Attempt = 3, Headers = null, Event = default },
            step.Next! with { Headers = null, Event = default });
        Assert.Equal("v", step.Next!.Headers!["x-name"]);
        Assert.True(JsonElement.DeepEquals(message.Event, step.Next.Event));
        Assert.Empty(processing.Outcomes.All);
        Assert.Equal(["Information Event test/e1 comes back in 00:00:08 (truto-failure)."], processing.Log.Lines);
    }

    [Fact]
    public async Task An_event_gets_so_many_attempts_and_is_dead_lettered_after_the_last()
    {
        truto = new Script(Script.Answer(500, "{}"));
        Begin(Dated, random: 1);
        var delays = new List<double>();
        var step = await ProcessAsync(Minimal);
        while (step.Next is { } next)
        {
            delays.Add(step.Delay.TotalSeconds);
            Assert.Equal(OutcomeStatus.Received, processing.Outcomes.Only.Conclusion.Status);
            step = await ProcessAsync(next);
        }

        Assert.Equal([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], delays);
        Assert.Equal(12, truto.Sent.Count);
        var conclusion = processing.Outcomes.Only.Conclusion;
        Assert.Equal((OutcomeStatus.DeadLettered, 12, "truto-failure"), (conclusion.Status, conclusion.Attempts, conclusion.Failure!.Cause));
        Assert.Empty(processing.Ledgers.Of("42").Fields);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("3600", 3600)]
    [InlineData("3601", 3600)]
    [InlineData("31536000", 3600)]
    public async Task A_rate_limit_costs_no_attempt_and_puts_off_no_longer_than_an_hour(string header, int seconds)
    {
        truto = new Script(Script.Answer(429, "{}", ("Retry-After", header)));
        Begin(Dated);

        var step = await ProcessAsync(Read(Minimal) with { Attempt = 11 });

        Assert.Equal((11, TimeSpan.FromSeconds(seconds)), (step.Next!.Attempt, step.Delay));
    }

    [Theory]
    [InlineData(604_799, 604_799)]
    [InlineData(604_801, 604_800)]
    public async Task A_message_is_put_off_for_no_longer_than_a_queue_can(int turnIn, int seconds)
    {
        Begin(Dated);
        processing.Schedule.Pause(TestSource.Account, TimeSpan.FromSeconds(turnIn));

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await ProcessAsync(Read(Minimal))).Delay);
    }

    [Fact]
    public async Task An_event_that_was_refused_together_with_others_comes_back_to_be_applied_alone()
    {
        truto = new Script(Script.Answer(500, "{}"), Script.Answer(422, """{ "truto_is_remote_error": true }"""), Script.Answer(200, "{}"));
        Begin("""{ "id": "id", "type": "type", "time": "at", "map": { "email": "email", "name": "name" } }""");
        await ProcessAsync(Minimal);

        var step = await ProcessAsync("""{ "source": "test", "event": { "id": "e2", "at": "2025-12-31T13:00:00Z", "user": "42", "name": "n" } }""");

        Assert.Equal((true, 0, TimeSpan.Zero), (step.Next!.Alone, step.Next.Attempt, step.Delay));
        Assert.Same(MessageStep.Done, await ProcessAsync(step.Next));
        Assert.Equal("""{"name":"n"}""", truto.Sent[2].Body);
    }

    [Fact]
    public async Task An_event_whose_source_is_not_there_yet_waits_for_it()
    {
        Begin(Dated, random: 1);
        var early = Minimal.Replace("test", "tomorrow", StringComparison.Ordinal);

        var step = await ProcessAsync(early);
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (step.Next!.Attempt, step.Delay));
        Assert.Empty(processing.Outcomes.All);

        folder.With("tomorrow.json", TestSource.With(Dated));
        sources = folder.Load();
        Assert.Same(MessageStep.Done, await ProcessAsync(step.Next));
        Assert.Equal(("tomorrow", "e1", OutcomeStatus.Applied), (processing.Outcomes.Only.Source, processing.Outcomes.Only.EventId, processing.Outcomes.Only.Conclusion.Status));
    }

    [Fact]
    public async Task An_event_whose_source_never_comes_is_dead_lettered_and_keeps_its_content()
    {
        Begin(Dated);

        var step = await ProcessAsync(Read(Minimal) with { Source = "gone", Attempt = 11 });

        Assert.Same(MessageStep.Done, step);
        var outcome = processing.Outcomes.Only;
        Assert.Equal(new Failure("no-source", "There is no source \"gone\" that can run.", IsTransient: true), outcome.Conclusion.Failure);
        Assert.Equal((OutcomeStatus.DeadLettered, 12), (outcome.Conclusion.Status, outcome.Conclusion.Attempts));
        Assert.Equal("a@b.c", outcome.Event!.Value.GetProperty("email").GetString());
        Assert.StartsWith("sha256-", outcome.EventId);
    }

    [Fact]
    public async Task A_message_that_the_host_gives_up_on_is_dead_lettered_and_leaves_nothing_in_the_ledger()
    {
        truto = new Script(Script.Answer(500, "{}"));
        Begin(Dated);
        var step = await ProcessAsync(Minimal);
        Assert.Single(processing.Ledgers.Of("42").Pending);

        await GiveUpAsync(step.Next!);

        var outcome = processing.Outcomes.Only;
        Assert.Equal(
            new Failure("given-up", "The message was given up after it had failed again and again.", IsTransient: false), outcome.Conclusion.Failure);
        Assert.Equal((OutcomeStatus.DeadLettered, 1, "42"), (outcome.Conclusion.Status, outcome.Conclusion.Attempts, outcome.Conclusion.UserId));
        Assert.Equal("a@b.c", outcome.Event!.Value.GetProperty("email").GetString());
        Assert.Empty(processing.Ledgers.Of("42").Pending);
    }

    [Fact]
    public async Task What_was_applied_is_not_given_up()
    {
        Begin(Dated);
        await ProcessAsync(Minimal);

        await GiveUpAsync(Read(Minimal));

        Assert.Equal(OutcomeStatus.Applied, processing.Outcomes.Only.Conclusion.Status);
    }

    [Fact]
    public async Task Given_up_without_a_source_or_without_sense_a_message_has_an_outcome_too()
    {
        Begin(Dated);

        await GiveUpAsync(Read(Minimal) with { Source = "gone", Id = "e7" });
        await processing.Messages(sources).GiveUpAsync("{"u8.ToArray(), null, TestContext.Current.CancellationToken);

        Assert.Equal(
            [("gone", "e7", "given-up"), ("-", processing.Outcomes.All[1].EventId, "malformed")],
            processing.Outcomes.All.Select(outcome => (outcome.Source, outcome.EventId, outcome.Conclusion.Failure!.Cause)));
        Assert.All(processing.Outcomes.All, outcome => Assert.Equal(OutcomeStatus.DeadLettered, outcome.Conclusion.Status));
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(201, true)]
    [InlineData(10_000, true)]
    public async Task An_id_is_no_longer_than_a_key_may_be(int length, bool isShortened)
    {
        Begin(Dated);
        var id = new string('i', length);

        await ProcessAsync(Read(Minimal) with { Id = id });

        Assert.Equal(isShortened ? $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}" : id, processing.Outcomes.Only.EventId);
    }

    [Fact]
    public async Task An_empty_id_is_none()
    {
        Begin(Dated);

        await ProcessAsync(Read(Minimal) with { Id = "" });

        Assert.Equal("e1", processing.Outcomes.Only.EventId);
    }

    [Theory]
    [InlineData("2026-01-01T00:05:00Z", "2026-01-01T00:05:00Z")]
    [InlineData("2026-01-01T00:05:01Z", "2026-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", "2026-01-01T00:00:00Z")]
    public async Task Nothing_was_received_in_the_future(string said, string believed)
    {
        truto = new Script(Script.Answer(500, "{}"));
        Begin("""{ "id": "id", "time": "at" }""");

        var step = await ProcessAsync(Read(Minimal) with { ReceivedAt = DateTimeOffset.Parse(said, CultureInfo.InvariantCulture), OccurredAt = DateTimeOffset.MaxValue });

        var receivedAt = DateTimeOffset.Parse(believed, CultureInfo.InvariantCulture);
        Assert.Equal(receivedAt, step.Next!.ReceivedAt);
        Assert.Equal(receivedAt.AddMinutes(5), Assert.Single(processing.Ledgers.Of("42").Fields).Value.Newest.Stamp.OccurredAt);
    }

    [Fact]
    public async Task Who_stops_it_leaves_the_message_as_it_is()
    {
        using var stop = new CancellationTokenSource();
        truto = new Script(async _ =>
        {
            await stop.CancelAsync();
            return await new TaskCompletionSource<HttpResponseMessage>().Task;
        });
        Begin(Dated);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => processing.Messages(sources).ProcessAsync(Encoding.UTF8.GetBytes(Minimal), DateTimeOffset.MaxValue, null, stop.Token));

        Assert.Equal(OutcomeStatus.Received, processing.Outcomes.Only.Conclusion.Status);
    }

    [Fact]
    public async Task A_message_that_was_hidden_for_too_short_a_time_comes_back_untouched()
    {
        Begin(Dated);

        var step = await processing.Messages(sources).ProcessAsync(Encoding.UTF8.GetBytes(Minimal), processing.Time.GetUtcNow(), null, TestContext.Current.CancellationToken);

        Assert.Equal(("e1", 0, TimeSpan.Zero), (step.Next!.Id, step.Next.Attempt, step.Delay));
        Assert.Empty(truto.Sent);
    }

    private static ChangeMessage Read(string json)
    {
        Assert.True(ChangeMessageJson.TryRead(Encoding.UTF8.GetBytes(json), out var message, out var problem), problem);
        return message;
    }

    private void Begin(string changes, double random = 0)
    {
        sources = folder.With("test.json", TestSource.With(changes)).Load();
        processing = new TestProcessing(truto, random: new TestRandom(random));
    }

    private Task<MessageStep> ProcessAsync(ChangeMessage message, DateTimeOffset? queuedAt = null) =>
        ProcessAsync(Encoding.UTF8.GetString(ChangeMessageJson.Write(message)), queuedAt);

    private Task<MessageStep> ProcessAsync(string body, DateTimeOffset? queuedAt = null) =>
        processing.Messages(sources).ProcessAsync(Encoding.UTF8.GetBytes(body), DateTimeOffset.MaxValue, queuedAt, TestContext.Current.CancellationToken);

    private Task GiveUpAsync(ChangeMessage message) => processing.Messages(sources).GiveUpAsync(ChangeMessageJson.Write(message), null, TestContext.Current.CancellationToken);
}
