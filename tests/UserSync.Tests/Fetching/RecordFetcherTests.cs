using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using UserSync.Fetching;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

public sealed class RecordFetcherTests
{
    private readonly TestTime time = new();
    private readonly Source source = TestFetch.Of();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_serves_the_events_that_were_received_before_it_was_asked_for()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }"""), Script.Answer(200, """{ "v": 2 }"""));
        using var fetcher = Fetcher(network);
        var (first, second) = (Change(), Change());
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("1", await VersionAsync(fetcher, first));
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("1", await VersionAsync(fetcher, second));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task A_record_is_never_used_for_an_event_that_was_received_after_it_was_asked_for()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }"""), Script.Answer(200, """{ "v": 2 }"""));
        using var fetcher = Fetcher(network);
        await VersionAsync(fetcher, Change());
        time.Advance(TimeSpan.FromTicks(1));
        var later = Change();

        // It waits until the record may be asked for again, and gets a new one then.
        var wait = await FetchAsync(fetcher, later);
        Assert.Equal((TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1), null, null), (wait.Wait, wait.Failure, wait.Record));
        Assert.Single(network.Sent);
        time.Advance(wait.Wait!.Value);
        Assert.Equal("2", await VersionAsync(fetcher, later));
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task A_record_that_was_asked_for_at_the_very_time_of_receipt_is_not_used_either()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);
        await VersionAsync(fetcher, Change());

        Assert.NotNull((await FetchAsync(fetcher, Change() with { ReceivedAt = time.GetUtcNow() })).Wait);
        Assert.Equal("1", await VersionAsync(fetcher, Change()));
    }

    [Fact]
    public async Task Clocks_that_may_be_apart_are_allowed_for()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }"""), Script.Answer(200, """{ "v": 2 }"""));
        using var fetcher = Fetcher(network, new FetchingOptions { ClockDifference = TimeSpan.FromSeconds(2), Interval = TimeSpan.Zero });
        var (first, second, third) = (Change(), Change(), Change());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("1", await VersionAsync(fetcher, first));

        // Received a second before by somebody's clock, which may as well have been a second after.
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", await VersionAsync(fetcher, second));
        Assert.Equal("2", await VersionAsync(fetcher, third));
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task Whoever_wants_a_record_that_is_being_asked_for_waits_for_the_same_answer()
    {
        var hold = new TaskCompletionSource();
        var network = new Script(async request =>
        {
            await hold.Task;
            return await Script.Answer(200, """{ "v": 1 }""")(request);
        });
        using var fetcher = Fetcher(network);
        var changes = Enumerable.Range(0, 100).Select(_ => Change()).ToList();

        var fetches = changes.ConvertAll(change => VersionAsync(fetcher, change));
        hold.SetResult();

        Assert.All(await Task.WhenAll(fetches), version => Assert.Equal("1", version));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task An_event_that_was_received_while_a_record_is_being_asked_for_gets_a_later_one()
    {
        var hold = new TaskCompletionSource();
        var network = new Script(
            async request =>
            {
                await hold.Task;
                return await Script.Answer(200, """{ "v": 1 }""")(request);
            },
            Script.Answer(200, """{ "v": 2 }"""));
        using var fetcher = Fetcher(network);
        var first = VersionAsync(fetcher, Change());
        time.Advance(TimeSpan.FromSeconds(1));
        var late = Change();
        var second = FetchAsync(fetcher, late);
        hold.SetResult();

        Assert.Equal("1", await first);
        var wait = (await second).Wait;
        Assert.Equal(TimeSpan.FromSeconds(4), wait);
        time.Advance(wait!.Value);
        Assert.Equal("2", await VersionAsync(fetcher, late));
    }

    [Fact]
    public async Task One_who_goes_away_does_not_take_the_answer_with_him()
    {
        var hold = new TaskCompletionSource();
        var network = new Script(async request =>
        {
            await hold.Task;
            return await Script.Answer(200, """{ "v": 1 }""")(request);
        });
        using var fetcher = Fetcher(network);
        using var gone = new CancellationTokenSource();
        var first = fetcher.FetchAsync(source, Change(), gone.Token);
        var second = VersionAsync(fetcher, Change());

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.SetResult();

        Assert.Equal("1", await second);
    }

    [Fact]
    public async Task Records_of_different_people_and_of_different_sources_are_different_records()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);
        var other = TestSource.Read(TestSource.With(TestFetch.Changes())).Source!;

        await FetchAsync(fetcher, Change("1"));
        await FetchAsync(fetcher, Change("2"));
        await fetcher.FetchAsync(Renamed(other), Change("1"), Cancellation);

        Assert.Equal(3, network.Sent.Count);
    }

    [Fact]
    public async Task A_record_is_forgotten_after_a_while()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }""", ("ETag", "\"a\"")));
        using var fetcher = Fetcher(network, new FetchingOptions { CacheTime = TimeSpan.FromMinutes(1) });
        var (first, second) = (Change(), Change());

        await FetchAsync(fetcher, first);
        Assert.NotNull(fetcher.Recall(source, second));
        time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1));
        Assert.Null(fetcher.Recall(source, second));
        await FetchAsync(fetcher, second);

        Assert.Equal([null, null], network.Conditions("If-None-Match"));
    }

    [Fact]
    public async Task What_is_recalled_is_never_older_than_the_event_and_asks_nobody()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);
        Assert.Null(fetcher.Recall(source, Change()));

        await FetchAsync(fetcher, Change());

        Assert.Equal("1", fetcher.Recall(source, Change())!.Data.GetProperty("v").ToString());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(fetcher.Recall(source, Change()));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task A_source_system_with_entity_tags_is_asked_only_whether_the_record_has_changed()
    {
        var network = new Script(
            Script.Answer(200, """{ "v": 1 }""", ("ETag", "W/\"a\"")),
            Script.Answer(304),
            Script.Answer(200, """{ "v": 2 }""", ("ETag", "\"b\"")),
            Script.Answer(304));
        using var fetcher = Fetcher(network);

        Assert.Equal("1", await VersionAsync(fetcher, Change()));
        time.Advance(TimeSpan.FromSeconds(10));
        var unchanged = await FetchAsync(fetcher, Change());
        Assert.Equal(("1", time.GetUtcNow()), (unchanged.Record!.Data.GetProperty("v").ToString(), unchanged.Record.AsOf));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("2", await VersionAsync(fetcher, Change()));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("2", await VersionAsync(fetcher, Change()));

        Assert.Equal([null, "W/\"a\"", "W/\"a\"", "\"b\""], network.Conditions("If-None-Match"));
    }

    [Theory]
    [InlineData("Thu, 01 Jan 2026 00:10:00 GMT", "Thu, 01 Jan 2026 00:09:00 GMT", "Thu, 01 Jan 2026 00:09:00 GMT")]
    [InlineData("Thu, 01 Jan 2026 00:10:00 GMT", "Thu, 01 Jan 2026 00:09:01 GMT", null)]
    [InlineData("Thu, 01 Jan 2026 00:10:00 GMT", "Thu, 01 Jan 2026 00:10:00 GMT", null)]
    [InlineData("Thu, 01 Jan 2026 00:10:00 GMT", "yesterday", null)]
    [InlineData(null, "Thu, 01 Jan 2026 00:09:00 GMT", null)]
    public async Task A_time_of_change_is_used_only_where_the_record_cannot_have_changed_again_in_the_same_second(string? date, string modified, string? condition)
    {
        (string, string)[] headers = [("Last-Modified", modified), .. date is null ? ((string, string)[])[] : [("Date", date)]];
        var network = new Script(Script.Answer(200, """{ "v": 1 }""", headers), Script.Answer(condition is null ? 200 : 304, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);

        await FetchAsync(fetcher, Change());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("1", await VersionAsync(fetcher, Change()));

        Assert.Equal([null, condition], network.Conditions("If-Modified-Since"));
    }

    [Fact]
    public async Task A_request_with_a_body_has_no_conditions()
    {
        var network = new Script(Script.Answer(200, """{ "v": 1 }""", ("ETag", "\"a\"")));
        var posting = TestFetch.Of("""{ "body": {} }""");
        using var fetcher = Fetcher(network);

        await fetcher.FetchAsync(posting, Change(), Cancellation);
        time.Advance(TimeSpan.FromSeconds(10));
        await fetcher.FetchAsync(posting, Change(), Cancellation);

        Assert.Equal([null, null], network.Conditions("If-None-Match"));
    }

    [Fact]
    public async Task A_change_that_nobody_asked_about_is_no_answer() =>
        Assert.Equal("record-redirected", (await FailAsync(Script.Answer(304))).Failure!.Cause);

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_record_that_is_not_there_is_gone_and_stays_known_as_such(int status)
    {
        var network = new Script(Script.Answer(status, "<html>"));
        using var fetcher = Fetcher(network);
        var (first, second) = (Change(), Change());

        var result = await FetchAsync(fetcher, first);

        Assert.Equal((true, Now.Time), (result.Record!.IsGone, result.Record.AsOf));
        Assert.Same(result, await FetchAsync(fetcher, second));
        Assert.Single(network.Sent);
    }

    [Theory]
    [InlineData(400, "record-refused", false)]
    [InlineData(405, "record-refused", false)]
    [InlineData(422, "record-refused", false)]
    [InlineData(403, "record-forbidden", true)]
    [InlineData(408, "timeout", true)]
    [InlineData(429, "rate-limited", true)]
    [InlineData(500, "record-failure", true)]
    [InlineData(502, "record-failure", true)]
    [InlineData(503, "record-failure", true)]
    [InlineData(504, "record-failure", true)]
    [InlineData(301, "record-redirected", true)]
    [InlineData(303, "record-redirected", true)]
    public async Task What_is_no_record_has_its_cause(int status, string cause, bool isTransient)
    {
        var failure = (await FailAsync(Script.Answer(status, """{ "message": "ada@example.com" }"""))).Failure!;

        Assert.Equal((cause, isTransient), (failure.Cause, failure.IsTransient));
        Assert.DoesNotContain("815", failure.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(cause != "rate-limited" && isTransient, failure.SpendsAttempt);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "0", 0)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("Retry-After", "999999999", 86400)]
    [InlineData("X-Rate-Limit-Reset", "1767225660", 60)]
    [InlineData("X-RateLimit-Reset", "1767225660000", 60)]
    [InlineData("RateLimit-Reset", "12", 12)]
    public async Task A_limit_that_is_used_up_pauses_the_source_for_as_long_as_it_says(string header, string value, int seconds)
    {
        var network = new Script(Script.Answer(429, null, (header, value)), Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network, new FetchingOptions { Interval = TimeSpan.Zero });
        var expected = TimeSpan.FromSeconds(seconds);

        var result = await FetchAsync(fetcher, Change("1"));

        Assert.Equal(("rate-limited", expected), (result.Failure!.Cause, result.Failure.RetryAfter));
        if (seconds > 0)
        {
            time.Advance(expected - TimeSpan.FromTicks(1));
            var paused = await FetchAsync(fetcher, Change("2"));
            Assert.Equal((TimeSpan.FromTicks(1), "rate-limited", TimeSpan.FromTicks(1)), (paused.Wait, paused.Failure!.Cause, paused.Failure.RetryAfter));
            Assert.Single(network.Sent);
            time.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal("1", await VersionAsync(fetcher, Change("2")));
    }

    [Theory]
    [InlineData("Retry-After", "soon")]
    [InlineData("Retry-After", "-5")]
    [InlineData("X-Rate-Limit-Reset", "later")]
    public async Task A_limit_without_a_usable_time_pauses_for_ten_seconds(string header, string value)
    {
        var network = new Script(Script.Answer(429, null, (header, value)));
        using var fetcher = Fetcher(network);
        Assert.Null((await FetchAsync(fetcher, Change("1"))).Failure!.RetryAfter);

        Assert.Equal(TimeSpan.FromSeconds(10), (await FetchAsync(fetcher, Change("2"))).Wait);
    }

    [Fact]
    public async Task A_longer_pause_is_not_cut_short_by_another_answer()
    {
        var hold = new TaskCompletionSource();
        var network = new Script(
            Script.Answer(200, "{}"),
            async request =>
            {
                await hold.Task;
                return await Script.Answer(401)(request);
            },
            Script.Answer(429, null, ("Retry-After", "300")));
        using var fetcher = Fetcher(network);
        await FetchAsync(fetcher, Change("1"));
        var slow = FetchAsync(fetcher, Change("2"));
        await FetchAsync(fetcher, Change("3"));
        hold.SetResult();
        await slow;

        Assert.Equal((TimeSpan.FromSeconds(300), "rate-limited"), ((await FetchAsync(fetcher, Change("4"))).Wait, (await FetchAsync(fetcher, Change("4"))).Failure!.Cause));
    }

    [Fact]
    public async Task Another_source_is_not_paused()
    {
        var network = new Script(Script.Answer(429), Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);

        await FetchAsync(fetcher, Change("1"));

        Assert.NotNull((await fetcher.FetchAsync(Renamed(source), Change("1"), Cancellation)).Record);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_not_repeated_to_others_and_they_do_not_ask_at_once()
    {
        var network = new Script(Script.Answer(500), Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);
        var (first, second) = (Change(), Change());

        Assert.Equal("record-failure", (await FetchAsync(fetcher, first)).Failure!.Cause);
        Assert.Equal((TimeSpan.FromSeconds(5), null), ((await FetchAsync(fetcher, second)).Wait, (await FetchAsync(fetcher, second)).Failure));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("1", await VersionAsync(fetcher, second));
        Assert.Equal("1", await VersionAsync(fetcher, first));
        Assert.Equal(2, network.Sent.Count);
    }

    [Fact]
    public async Task A_refusal_for_good_is_repeated_to_all_who_came_before_it_for_a_short_time_only()
    {
        var network = new Script(Script.Answer(400), Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);
        var (first, second) = (Change(), Change());

        await FetchAsync(fetcher, first);
        Assert.Equal("record-refused", (await FetchAsync(fetcher, second)).Failure!.Cause);
        time.Advance(TimeSpan.FromSeconds(5) + TimeSpan.FromTicks(1));

        // A replay, after the cause has gone.
        Assert.Equal("1", await VersionAsync(fetcher, first));
    }

    [Fact]
    public async Task A_source_system_that_does_not_answer_is_given_up()
    {
        var network = new Script(_ => new TaskCompletionSource<HttpResponseMessage>().Task);
        using var fetcher = Fetcher(network);
        var fetch = FetchAsync(fetcher, Change());

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(("timeout", "The source system did not answer in time.", true), ((await fetch).Failure!.Cause, (await fetch).Failure!.Reason, (await fetch).Failure!.SpendsAttempt));
    }

    [Fact]
    public async Task A_body_that_does_not_end_is_given_up()
    {
        var network = new Script(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) }));
        using var fetcher = Fetcher(network);
        var fetch = FetchAsync(fetcher, Change());

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("timeout", (await fetch).Failure!.Cause);
    }

    [Theory]
    [InlineData(typeof(HttpRequestException))]
    [InlineData(typeof(IOException))]
    public async Task A_source_system_that_cannot_be_reached_is_tried_again(Type type)
    {
        var failure = (await FailAsync(Script.Throw((Exception)Activator.CreateInstance(type)!))).Failure!;

        Assert.Equal(("connection-failed", true), (failure.Cause, failure.SpendsAttempt));
    }

    [Fact]
    public async Task A_host_in_a_private_network_is_refused_for_good_and_the_reason_says_what_allows_it()
    {
        var failure = (await FailAsync(Script.Throw(new HttpRequestException("no", new AddressRefusedException())))).Failure!;

        Assert.Equal(("record-address", false), (failure.Cause, failure.IsTransient));
        Assert.Equal("The source system's host is in a network that records are not fetched from; \"allowPrivateAddresses\" in \"fetch\" allows private ones.", failure.Reason);
    }

    [Fact]
    public async Task What_nobody_expects_reaches_whoever_waits_and_the_next_one_asks_again()
    {
        var network = new Script(Script.Throw(new InvalidOperationException("unexpected")), Script.Answer(200, """{ "v": 1 }"""));
        using var fetcher = Fetcher(network);

        await Assert.ThrowsAsync<InvalidOperationException>(() => FetchAsync(fetcher, Change()));

        Assert.Equal("1", await VersionAsync(fetcher, Change()));
    }

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData("<html>", "the body is not JSON (line 1, byte 1)")]
    [InlineData("{ \"a\": ", "the body is not JSON (line 1, byte 8)")]
    [InlineData("null", "it is null")]
    public async Task What_is_no_JSON_cannot_be_used(string body, string problem)
    {
        var failure = (await FailAsync(Script.Answer(200, body))).Failure!;

        Assert.Equal(("record-unusable", $"The source system's answer cannot be used: {problem}.", true), (failure.Cause, failure.Reason, failure.IsTransient));
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public async Task The_size_of_a_record_is_bounded_whether_it_says_its_length_or_not(int length, bool isTaken)
    {
        var json = $"\"{new string('a', length - 2)}\"";
        var options = new FetchingOptions { MaxRecordBytes = 1024 };
        foreach (var content in (HttpContent[])[new StringContent(json), new StreamContent(new UnknownLength(Encoding.UTF8.GetBytes(json)))])
        {
            var result = await FailAsync(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content }), options);

            Assert.Equal(isTaken, result.Record is not null);
            Assert.Equal(isTaken ? null : new Failure("record-too-large", "The record is larger than 1024 bytes.", IsTransient: false), result.Failure);
        }
    }

    [Fact]
    public async Task A_record_that_is_small_only_while_it_is_compressed_is_too_large()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($"\"{new string('a', 10_000_000)}\""), Cancellation);
        }

        await using var server = await SourceServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(compressed.ToArray(), context.RequestAborted);
        });
        await using var services = TestServices.Build([("Secrets:directory-secret", "s3cret")]);
        var local = TestFetch.Of($$"""{ "base": "{{server.Address}}", "allowPrivateAddresses": true }""");

        var result = await services.Fetcher().FetchAsync(local, local.EventIn("""{ "id": "815" }"""), Cancellation);

        Assert.True(compressed.Length < 20_000);
        Assert.Equal("record-too-large", result.Failure!.Cause);
    }

    [Fact]
    public async Task What_is_not_compressed_as_it_says_cannot_be_used()
    {
        await using var server = await SourceServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.WriteAsync("{}", context.RequestAborted);
        });
        await using var services = TestServices.Build([("Secrets:directory-secret", "s3cret")]);
        var local = TestFetch.Of($$"""{ "base": "{{server.Address}}", "allowPrivateAddresses": true }""");

        var result = await services.Fetcher().FetchAsync(local, local.EventIn("""{ "id": "815" }"""), Cancellation);

        Assert.Equal("The source system's answer cannot be used: it was not compressed as it says.", result.Failure!.Reason);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task The_depth_of_a_record_is_bounded(int depth, bool isTaken)
    {
        var json = new string('[', depth) + new string(']', depth);

        var result = await FailAsync(Script.Answer(200, json), new FetchingOptions { MaxDepth = 8 });

        Assert.Equal(isTaken, result.Record is not null);
        Assert.Equal(isTaken ? null : "record-unusable", result.Failure?.Cause);
    }

    [Fact]
    public async Task Logs_and_texts_hold_neither_address_nor_record()
    {
        var log = new LogCollector<RecordFetcher>();
        using var fetcher = TestFetcher.Over(new Script(Script.Answer(200, """{ "email": "ada@example.com" }"""), Script.Answer(429)), time: time, log: log);

        var result = await FetchAsync(fetcher, Change("815"));
        await FetchAsync(fetcher, Change("816"));

        Assert.Equal(3, log.Lines.Count);
        string[] texts = [.. log.Lines, result.ToString(), result.Record!.ToString(), new RecordKey("test", "https://directory.example.com/users/815").ToString()];
        Assert.All(texts, text => Assert.False(text.Contains("81", StringComparison.Ordinal) || text.Contains("ada", StringComparison.Ordinal), text));
    }

    private static Source Renamed(Source source) => new()
    {
        Name = "other",
        Preset = source.Preset,
        PublicUrl = source.PublicUrl,
        Reply = source.Reply,
        Verifier = source.Verifier,
        Handshakes = source.Handshakes,
        Acknowledgement = source.Acknowledgement,
        Refusal = source.Refusal,
        Events = source.Events,
        Fetch = source.Fetch,
        Mapping = source.Mapping,
        Truto = source.Truto,
    };

    private RecordFetcher Fetcher(HttpMessageHandler network, FetchingOptions? options = null) => TestFetcher.Over(network, options: options, time: time);

    /// <summary>An event that was received just before now: what is asked for now is asked for after it.</summary>
    private ChangeEvent Change(string id = "815") => source.EventIn($$"""{ "id": "{{id}}" }""") with { ReceivedAt = time.GetUtcNow() - TimeSpan.FromTicks(1) };

    private Task<FetchResult> FetchAsync(RecordFetcher fetcher, ChangeEvent change) => fetcher.FetchAsync(source, change, Cancellation);

    private async Task<string?> VersionAsync(RecordFetcher fetcher, ChangeEvent change) => (await FetchAsync(fetcher, change)).Record?.Data.GetProperty("v").ToString();

    private async Task<FetchResult> FailAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer, FetchingOptions? options = null)
    {
        using var fetcher = Fetcher(new Script(answer), options);
        return await FetchAsync(fetcher, Change());
    }
}
