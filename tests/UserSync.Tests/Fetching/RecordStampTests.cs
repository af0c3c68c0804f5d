using System.Text.Json;
using CsCheck;
using UserSync.Fetching;
using UserSync.Ledger;
using UserSync.Processing;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

/// <summary>How old the state is that an event with its record describes, and that it never goes back in time.</summary>
public sealed class RecordStampTests
{
    private const string Timed = """{ "time": "record.at" }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Timed, "10:00:00", "09:00:00", "10:00:00")]
    [InlineData(Timed, "10:00:00", "10:00:00.001", "10:00:00.001")]
    [InlineData(Timed, "10:00:00", "11:00:00", "11:00:00")]
    [InlineData(Timed, "10:00:00", null, "12:00:00")]
    [InlineData("{}", "10:00:00", "11:00:00", "12:00:00")]
    [InlineData("{}", "13:00:00", "11:00:00", "13:00:00")]
    [InlineData("""{ "time": "to_number(record.email)" }""", "10:00:00", "11:00:00", "12:00:00")]
    [InlineData("""{ "time": "length(record.n)" }""", "10:00:00", "11:00:00", "12:00:00")]
    public void The_later_counts_of_the_events_time_and_that_of_the_records_last_change_or_of_the_request(string fetch, string occurred, string? changed, string expected)
    {
        var source = TestFetch.Of(fetch);
        var change = source.EventIn("""{ "id": "815" }""") with { OccurredAt = At(occurred), ReceivedAt = At("10:00:01") };
        var record = new FetchedRecord(Json.Parse($$"""{ "user": "42", "email": "a", "n": 5{{(changed is null ? "" : $", \"at\": \"2026-01-01T{changed}Z\"")}} }"""), At("12:00:00"));

        Assert.Equal(At(expected), source.Fetch!.Complete(change, record).OccurredAt);
    }

    [Theory]
    [InlineData("10:00:00", "12:04:59", "12:04:59")]
    [InlineData("10:00:00", "18:00:00", "12:05:00")]
    [InlineData("18:00:00", "11:00:00", "12:05:00")]
    public void What_claims_to_come_from_the_future_is_believed_for_five_minutes_after_the_request(string occurred, string changed, string expected)
    {
        var source = TestFetch.Of(Timed);
        var change = source.EventIn("""{ "id": "815" }""") with { OccurredAt = At(occurred), ReceivedAt = At("10:00:01") };

        var complete = source.Fetch!.Complete(change, new FetchedRecord(Json.Parse($$"""{ "user": "42", "email": "a", "at": "2026-01-01T{{changed}}Z" }"""), At("12:00:00")));

        Assert.Equal(At(expected), LedgerEntry.Of(complete, source.Map(complete).Patch).Stamp.OccurredAt);
    }

    [Fact]
    public void An_event_without_a_record_is_as_old_as_it_was()
    {
        var source = TestSource.Of(TestSource.Good);
        var change = source.EventIn("""{ "user": "42", "email": "a" }""") with { OccurredAt = At("18:00:00"), ReceivedAt = At("10:00:00") };

        Assert.Equal(At("10:05:00"), LedgerEntry.Of(change, source.Map(change).Patch).Stamp.OccurredAt);
    }

    /// <summary>
    /// The same event is fetched again after Truto failed, and says something else by then. Without a time in the record, only the
    /// time of the request tells which is newer; the texts are chosen so that their order says the opposite.
    /// </summary>
    [Theory]
    [InlineData("{}")]
    [InlineData(Timed)]
    public async Task What_an_event_says_when_it_is_fetched_again_replaces_what_it_said_before(string fetch)
    {
        var system = new Script(Record("zoe@example.com", "00:00:01"), Record("ada@example.com", "00:00:02"));
        var truto = new Script(Script.Answer(500), Script.Answer(200, """{ "id": "42" }"""));
        var world = new TestProcessing(truto, network: system);
        var source = TestFetch.Of(fetch);
        var first = Change(world, source);
        await ProcessAsync(world, source, first);

        // Another event makes the fetcher ask again, and the first comes back to that record.
        world.Time.Advance(TimeSpan.FromMinutes(6));
        await ProcessAsync(world, source, first);

        Assert.Equal(["""{"email":"zoe@example.com"}""", """{"email":"ada@example.com"}"""], truto.Sent.Select(sent => sent.Body));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(Timed)]
    public async Task An_older_event_that_is_processed_late_brings_the_newest_state_and_not_an_older_one(string fetch)
    {
        var system = new Script(Record("first@example.com", "00:00:10"), Record("second@example.com", "00:00:20"));
        var truto = new Script(Script.Answer(200, """{ "id": "42" }"""));
        var world = new TestProcessing(truto, network: system);
        var source = TestFetch.Of(fetch, """{ "time": "at" }""");
        var older = Change(world, source, """{ "id": "815", "at": "2026-01-01T00:00:01Z" }""");
        world.Time.Advance(TimeSpan.FromSeconds(15));
        var newer = Change(world, source, """{ "id": "815", "at": "2026-01-01T00:00:10Z" }""");
        await ProcessAsync(world, source, newer);
        world.Time.Advance(TimeSpan.FromMinutes(6));

        await ProcessAsync(world, source, older);

        Assert.Equal(["""{"email":"first@example.com"}""", """{"email":"second@example.com"}"""], truto.Sent.Select(sent => sent.Body));
    }

    [Fact]
    public async Task Another_source_that_changed_the_user_after_the_record_did_wins()
    {
        var system = new Script(Record("directory@example.com", "00:00:10"));
        var truto = new Script(Script.Answer(200, """{ "id": "42" }"""));
        var world = new TestProcessing(truto, network: system);
        var other = TestSource.OfChanged("""{ "time": "at" }""");
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await ProcessAsync(world, other, Change(world, other, """{ "user": "42", "email": "other@example.com", "at": "2026-01-01T00:00:30Z" }"""));

        var source = TestFetch.Of(Timed, """{ "time": "at" }""");
        var disposition = await ProcessAsync(world, source, Change(world, source, """{ "id": "815", "at": "2026-01-01T00:00:10Z" }"""));

        Assert.Equal(UserSync.Outcomes.SkipReason.Stale, disposition.Ending!.Conclusion.SkipReason);
        Assert.Equal("""{"email":"other@example.com"}""", Assert.Single(truto.Sent).Body);
    }

    /// <summary>
    /// A source system changes a user again and again and announces each change. However the events are ordered, delayed, repeated and
    /// interrupted, the CRM has the last state in the end; and with a clock of its own, the source system may be wrong about the time.
    /// </summary>
    [Theory]
    [InlineData("{}", 0)]
    [InlineData("{}", -90)]
    [InlineData("{}", 90)]
    [InlineData(Timed, 0)]
    [InlineData(Timed, -90)]
    [InlineData(Timed, 90)]
    public void Whatever_happens_on_the_way_the_CRM_has_the_last_state_in_the_end(string fetch, int clockError)
    {
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            RunAsync(fetch, TimeSpan.FromSeconds(clockError), new Random(seed)).GetAwaiter().GetResult();
        }, iter: 150);
    }

    private static async Task RunAsync(string fetch, TimeSpan clockError, Random random)
    {
        var truto = new LastWrite(random);
        DateTimeOffset changedAt = default;
        var version = 0;
        var system = new Script(_ => random.Next(5) switch
        {
            0 => Script.Answer(500)(null!),
            1 => Script.Answer(429, null, ("Retry-After", "3"))(null!),
            _ => Script.Answer(200, $$"""{ "user": "42", "email": "{{version}}@example.com", "at": "{{changedAt:O}}" }""", ("ETag", $"\"{version}\""))(null!),
        });
        var world = new TestProcessing(truto, random: new TestRandom(0.5), network: system);
        world.Settings.MaxAttempts = int.MaxValue;
        var source = TestFetch.Of(fetch, """{ "time": "at", "id": "n" }""");
        var open = new List<(ChangeEvent Change, Attempt Attempt)>();
        for (var changes = random.Next(1, 6); changes > 0 || open.Count > 0;)
        {
            world.Time.Advance(TimeSpan.FromMilliseconds(random.Next(2) * random.Next(4000)));
            if (changes > 0 && random.Next(3) == 0)
            {
                changes--;
                version++;
                changedAt = world.Time.GetUtcNow() + clockError;
                var change = Change(world, source, $$"""{ "id": "815", "n": {{version}}, "at": "{{changedAt:O}}" }""");
                open.AddRange(Enumerable.Repeat((change, TestProcessing.First), random.Next(1, 3)));
            }
            else if (open.Count > 0)
            {
                var index = random.Next(open.Count);
                var (change, attempt) = open[index];
                open.RemoveAt(index);
                var disposition = await ProcessAsync(world, source, change, attempt);
                if (disposition.Ending is null)
                {
                    open.Add((change, attempt.Next(disposition)));
                }
            }
        }

        Assert.Equal($"{version}@example.com", truto.Email);
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-01-01T{time}Z");

    private static Func<HttpRequestMessage, Task<HttpResponseMessage>> Record(string email, string at) =>
        Script.Answer(200, $$"""{ "user": "42", "email": "{{email}}", "at": "2026-01-01T{{at}}Z" }""");

    private static ChangeEvent Change(TestProcessing world, Source source, string body = """{ "id": "815" }""") =>
        source.EventIn(body) with { ReceivedAt = world.Time.GetUtcNow() };

    private static Task<Disposition> ProcessAsync(TestProcessing world, Source source, ChangeEvent change, Attempt? attempt = null) =>
        world.Processor.ProcessAsync(source, change, attempt ?? TestProcessing.First, Cancellation).AsTask();

    /// <summary>A Truto that fails now and then, and keeps the e-mail address that it was sent last.</summary>
    private sealed class LastWrite(Random random) : HttpMessageHandler
    {
        public string? Email { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (random.Next(4) == 0)
            {
                return await Script.Answer(500)(request);
            }

            Email = JsonElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).GetProperty("email").GetString();
            return await Script.Answer(200, """{ "id": "42" }""")(request);
        }
    }
}
