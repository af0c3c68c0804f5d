using System.Text;
using Microsoft.Extensions.Options;
using Moq;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class ReplayerTests : IDisposable
{
    private const string Planhat = """
        { "provider": "planhat", "id": "id", "type": "type", "time": "at", "when": "type", "map": { "email": "email", "name": "name", "is_active": "tier" } }
        """;

    /// <summary>A tier is no flag.</summary>
    private static readonly string Corrected = Planhat.Replace("\"is_active\": \"tier\"", "\"custom_fields\": { \"tier\": \"tier\" }", StringComparison.Ordinal);


    private readonly Folder folder = new();
    private readonly Script truto = new(Script.Answer(200, """{ "id": "42" }"""));
    private readonly TestProcessing processing;
    private SourceCatalog sources = null!;

    public ReplayerTests()
    {
        processing = new TestProcessing(truto);
        Configure(Planhat);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Replayer Replayer => processing.Replayer(sources);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_replay_is_the_event_as_it_was_received()
    {
        await SendAsync("e1", 1, "\"tier\": 5");
        var failed = await FindAsync("e1");

        await Replayer.ReplayAsync(failed, Cancellation);

        var message = Assert.Single(processing.Queue.Messages);
        Assert.Equal(
            ("test", "e1", "user.updated", failed.OccurredAt, failed.ReceivedAt, 0, Now.Time.ToUnixTimeMilliseconds()),
            (message.Source, message.Id, message.Type, message.OccurredAt, message.ReceivedAt, message.Attempt, message.Replay));
        Assert.True(System.Text.Json.JsonElement.DeepEquals(failed.Event!.Value, message.Event));
        var open = await FindAsync("e1");
        Assert.Equal((OutcomeStatus.Received, message.Replay), (open.Conclusion.Status, open.Conclusion.Replay));
    }

    [Fact]
    public async Task A_replay_keeps_the_headers_that_the_mapping_reads()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Name"] = "v" };
        await SendAsync("e1", 1, "\"tier\": 5");
        var outcome = await FindAsync("e1") with { Headers = headers, TraceParent = "trace" };

        await Replayer.ReplayAsync(outcome, Cancellation);

        var message = Assert.Single(processing.Queue.Messages);
        Assert.Equal(("v", "trace"), (message.Headers!["x-name"], message.TraceParent));
    }

    [Fact]
    public async Task With_a_corrected_mapping_a_failed_event_is_applied()
    {
        await SendAsync("e1", 1, "\"tier\": 5");
        Assert.Equal(OutcomeStatus.Failed, (await FindAsync("e1")).Conclusion.Status);
        Configure(Corrected);

        await ReplayAsync("e1");

        Assert.Equal(OutcomeStatus.Applied, (await FindAsync("e1")).Conclusion.Status);
        Assert.Equal("""{"custom_fields":{"tier":5}}""", Assert.Single(truto.Sent).Body);
    }

    [Fact]
    public async Task With_a_corrected_mapping_what_the_same_event_said_before_is_replaced()
    {
        await SendAsync("e1", 1, "\"email\": \"a\", \"name\": \"n\"");
        Configure(Planhat.Replace("\"name\": \"name\"", "\"name\": \"email\"", StringComparison.Ordinal));

        await ReplayAsync("e1");

        Assert.Equal("""{"email":"a","name":"a"}""", truto.Sent[1].Body);
        Assert.Equal(OutcomeStatus.Applied, (await FindAsync("e1")).Conclusion.Status);
    }

    [Fact]
    public async Task A_replay_never_overwrites_what_is_newer()
    {
        await SendAsync("e1", 1, "\"email\": \"old\"");
        await SendAsync("e2", 2, "\"email\": \"new\"");

        await ReplayAsync("e1");

        Assert.Equal(2, truto.Sent.Count);
        Assert.Equal((OutcomeStatus.Skipped, SkipReason.Stale), ((await FindAsync("e1")).Conclusion.Status, (await FindAsync("e1")).Conclusion.SkipReason));
    }

    [Fact]
    public async Task Replaying_again_and_again_changes_nothing()
    {
        await SendAsync("e1", 1, "\"email\": \"a\"");

        await ReplayAsync("e1");
        await ReplayAsync("e1");

        Assert.Single(truto.Sent);
        var conclusion = (await FindAsync("e1")).Conclusion;
        Assert.Equal((OutcomeStatus.Skipped, SkipReason.Unchanged, Now.Time.ToUnixTimeMilliseconds() + 1), (conclusion.Status, conclusion.SkipReason, conclusion.Replay));
    }

    [Fact]
    public async Task While_a_replay_is_open_there_is_no_other()
    {
        await SendAsync("e1", 1, "\"email\": \"a\"");
        await Replayer.ReplayAsync(await FindAsync("e1"), Cancellation);

        Assert.Equal("The event is still being processed.", Replayer.WhyNot(await FindAsync("e1")));
    }

    [Fact]
    public async Task Why_an_event_cannot_be_replayed_is_said()
    {
        await SendAsync("e1", 1, "\"email\": \"a\"");
        var outcome = await FindAsync("e1");

        Assert.Null(Replayer.WhyNot(outcome));
        Assert.Equal("The event's content is not kept.", Replayer.WhyNot(outcome with { Event = null }));
        Assert.Equal("There is no source \"gone\" that can run.", Replayer.WhyNot(outcome with { Source = "gone" }));
    }

    [Fact]
    public async Task An_event_that_cannot_be_put_on_the_queue_stays_as_it_was()
    {
        await SendAsync("e1", 1, "\"tier\": 5");
        var queue = new Mock<IChangeQueue>();
        queue.Setup(known => known.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("no"));

        await Assert.ThrowsAsync<IOException>(async () => await Over(queue.Object).ReplayAsync(await FindAsync("e1"), Cancellation));

        Assert.Equal((OutcomeStatus.Failed, 0), ((await FindAsync("e1")).Conclusion.Status, (await FindAsync("e1")).Conclusion.Replay));
    }

    [Fact]
    public async Task A_replay_that_ends_before_it_is_noted_stays_ended()
    {
        await SendAsync("e1", 1, "\"tier\": 5");
        Configure(Corrected);
        var queue = new Mock<IChangeQueue>();
        queue.Setup(known => known.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), TimeSpan.Zero, It.IsAny<CancellationToken>()))
            .Returns((IReadOnlyList<ChangeMessage> messages, TimeSpan _, CancellationToken _) => ProcessAsync(messages[0]));

        await Over(queue.Object).ReplayAsync(await FindAsync("e1"), Cancellation);

        Assert.Equal(OutcomeStatus.Applied, (await FindAsync("e1")).Conclusion.Status);
    }

    [Theory]
    [InlineData("e5", "\"email\": \"b\"", "sent", """{"email":"b"}""")]
    [InlineData("e5", "\"email\": \"a\"", "unchanged", """{"email":"a"}""")]
    [InlineData("e5", "\"other\": 1", "unchanged", "{}")]
    [InlineData("e0", "\"email\": \"b\"", "stale", """{"email":"b"}""")]
    [InlineData("e0", "\"email\": \"b\", \"name\": \"n\"", "sent", """{"email":"b","name":"n"}""")]
    public async Task A_forecast_says_what_a_replay_would_do(string id, string members, string result, string patch)
    {
        await SendAsync("e1", 1, "\"email\": \"a\"");

        var forecast = await ForecastAsync(id, id == "e0" ? 0 : 5, members);

        Assert.Equal((result, "42", patch), (forecast.Result, forecast.UserId, forecast.Patch?.GetRawText()));
        Assert.Empty(forecast.Problems);
        Assert.Equal(result, forecast.ToString());
    }

    [Fact]
    public async Task A_forecast_knows_that_unchanged_values_are_sent_where_that_is_wanted()
    {
        await SendAsync("e1", 1, "\"email\": \"a\"");
        processing.Settings.SendUnchanged = true;

        Assert.Equal("sent", (await ForecastAsync("e5", 5, "\"email\": \"a\"")).Result);
    }

    [Theory]
    [InlineData(true, "sent")]
    [InlineData(false, "unchanged")]
    public async Task A_forecast_heeds_what_the_source_says_about_unchanged_values_before_the_setting(bool ofSource, string result)
    {
        Configure($$"""{ "id": "id", "time": "at", "truto": { "sendUnchanged": {{(ofSource ? "true" : "false")}} } }""");
        await SendAsync("e1", 1, "\"email\": \"a\"");
        processing.Settings.SendUnchanged = !ofSource;

        Assert.Equal(result, (await ForecastAsync("e5", 5, "\"email\": \"a\"")).Result);
    }

    [Fact]
    public async Task A_forecast_says_that_an_event_is_filtered_out()
    {
        var forecast = await ForecastAsync("e5", 5, "\"type\": \"\"");

        Assert.Equal(("filtered", null, null), (forecast.Result, forecast.UserId, forecast.Patch));
    }

    [Fact]
    public async Task A_forecast_says_why_an_event_would_fail()
    {
        var mapping = await ForecastAsync("e5", 5, "\"tier\": 5, \"email\": 6");
        Assert.Equal(("failed", "42"), (mapping.Result, mapping.UserId));
        Assert.Equal(
            [
                "email: the expression email gave a number where a text is expected",
                "is_active: the expression tier gave a number where true or false is expected",
            ],
            mapping.Problems);

        Configure("""{ "id": "id", "time": "at", "when": "length(n)" }""");
        Assert.Equal(["when: cannot be evaluated over this event (invalid-type in length)"], (await ForecastAsync("e5", 5, "\"n\": 5")).Problems);
    }

    [Fact]
    public async Task A_forecast_says_what_the_provider_would_miss_and_what_the_ledger_has()
    {
        Configure("""{ "provider": "salesforce", "id": "id", "time": "at", "map": { "email": "email", "first_name": "first", "last_name": "last" } }""");

        var missing = await ForecastAsync("e5", 5, "\"first\": \"Ada\", \"email\": \"a@b.c\"");
        await SendAsync("e1", 1, "\"first\": \"Ada\", \"email\": \"a@b.c\", \"last\": \"Lovelace\"");
        var complete = await ForecastAsync("e5", 5, "\"first\": \"Augusta\"");

        Assert.Equal("failed", missing.Result);
        Assert.Equal(["last_name: salesforce requires it on every update; this event does not carry it, and no earlier one did"], missing.Problems);
        Assert.Equal("sent", complete.Result);
    }

    [Fact]
    public async Task A_forecast_changes_nothing()
    {
        await SendAsync("e1", 1, "\"email\": \"a\"");
        var before = processing.Ledgers.Of("42").ToString() + processing.Outcomes.Only.Conclusion;

        await Replayer.ForecastAsync(await FindAsync("e1"), Cancellation);
        await ForecastAsync("e5", 5, "\"name\": \"n\"");

        Assert.Equal(before, processing.Ledgers.Of("42").ToString() + processing.Outcomes.Only.Conclusion);
        Assert.Empty(processing.Queue.Messages);
        Assert.Single(truto.Sent);
    }

    private static string Event(string id, int second, string members) =>
        $$"""{ "id": "{{id}}", "at": "2025-12-31T12:00:{{second:00}}Z", "user": "42", {{(members.Contains("\"type\"", StringComparison.Ordinal) ? "" : "\"type\": \"user.updated\", ")}}{{members}} }""";

    private Replayer Over(IChangeQueue queue) => new(
        sources, processing.Outcomes, processing.Records, processing.Finder, processing.Ledgers, queue, Options.Create(processing.Settings), processing.Time);

    private void Configure(string changes) => sources = folder.With("test.json", TestSource.With(changes)).Load();

    private async Task SendAsync(string id, int second, string members)
    {
        var body = Encoding.UTF8.GetBytes($$"""{ "source": "test", "event": {{Event(id, second, members)}} }""");
        Assert.Same(MessageStep.Done, await processing.Messages(sources).ProcessAsync(body, DateTimeOffset.MaxValue, null, Cancellation));
    }

    private async Task ProcessAsync(ChangeMessage message) =>
        Assert.Same(MessageStep.Done, await processing.Messages(sources).ProcessAsync(ChangeMessageJson.Write(message), DateTimeOffset.MaxValue, null, Cancellation));

    /// <summary>Replays an event, and processes the replay.</summary>
    private async Task ReplayAsync(string id)
    {
        var outcome = await FindAsync(id);
        Assert.Null(Replayer.WhyNot(outcome));
        await Replayer.ReplayAsync(outcome, Cancellation);
        foreach (var message in await processing.Queue.ReceiveAsync(10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation))
        {
            Assert.Same(MessageStep.Done, await processing.Messages(sources).ProcessAsync(message.Body, message.HiddenUntil, message.QueuedAt, Cancellation));
            await processing.Queue.CompleteAsync(message, Cancellation);
        }
    }

    private async Task<Outcome> FindAsync(string id) => Assert.IsType<Outcome>(await processing.Outcomes.FindAsync("test", id, Cancellation));

    private Task<Forecast> ForecastAsync(string id, int second, string members)
    {
        var change = sources.Find("test")!.EventIn(Event(id, second, members));
        return Replayer.ForecastAsync(Outcome.Received(change), Cancellation);
    }
}
