using System.Globalization;
using System.Text.Json;
using CsCheck;
using UserSync.Outcomes;

namespace Stores.Tests.Contract;

/// <summary>What every store of outcomes has to do.</summary>
public abstract class OutcomeContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private static readonly OutcomeStatus[] Statuses = Enum.GetValues<OutcomeStatus>();

    private int counter;

    [Fact]
    public async Task Of_an_unknown_event_and_an_unknown_update_nothing_is_known()
    {
        Assert.Null(await Outcomes.FindAsync("workos", "evt-1", Cancellation));
        Assert.Null(await Outcomes.FindUpdateAsync("update-1", Cancellation));
    }

    [Fact]
    public async Task What_was_received_is_found_with_everything_that_is_known()
    {
        var outcome = Samples.Received("evt/1 \0#?%😀", Samples.Time) with
        {
            Event = Samples.Json("""{"a":[1,2.50,1e3,12345678901234567890,null,true,{"b":"é \\ \" \u0000 😀"}],"":{}}"""),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Event-Id"] = "1", ["x-other"] = "é, \"b\"" },
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };

        await Outcomes.ReceiveAsync([outcome], Cancellation);

        Assert.Equal(Samples.Text(outcome), await FindAsync(outcome));
    }

    [Theory]
    [InlineData(OutcomeStatus.Applied)]
    [InlineData(OutcomeStatus.Skipped)]
    [InlineData(OutcomeStatus.Failed)]
    public async Task What_was_received_can_be_noted_with_its_end(OutcomeStatus status)
    {
        var received = Samples.Received("evt-1", Samples.Time) with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        var end = Samples.Ended("evt-1", status, Samples.Time.AddSeconds(1), userId: "ada");

        await Outcomes.ConcludeAsync(received, end, Cancellation);

        Assert.Equal(Samples.Text(received with { Conclusion = end }), await FindAsync(received));
        Assert.Equal("evt-1", Assert.Single((await Outcomes.ListAsync(new OutcomeFilter(UserId: "ada"), null, 10, Cancellation)).Outcomes).EventId);
    }

    [Fact]
    public async Task What_is_noted_with_its_end_yields_as_what_is_known_already()
    {
        var received = Samples.Received("evt-1", Samples.Time);
        var applied = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: "ada");
        await Outcomes.ConcludeAsync(received, applied, Cancellation);

        await Outcomes.ConcludeAsync(received, Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time.AddSeconds(1)), Cancellation);

        Assert.Equal(Samples.Text(received with { Conclusion = applied }), await FindAsync(received));
    }

    [Fact]
    public async Task What_ended_before_it_was_noted_is_completed_when_it_is_noted_with_its_end()
    {
        var received = Samples.Received("evt-1", Samples.Time);
        var rode = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: "ada");
        await Outcomes.ConcludeAsync([rode], Cancellation);

        await Outcomes.ConcludeAsync(received, rode, Cancellation);

        Assert.Equal(Samples.Text(received with { Conclusion = rode }), await FindAsync(received));
    }

    [Fact]
    public async Task What_was_received_with_the_least_is_found()
    {
        var outcome = Samples.Received("evt-1", Samples.Time) with { EventType = null, Event = null };

        await Outcomes.ReceiveAsync([outcome], Cancellation);

        Assert.Equal(Samples.Text(outcome), await FindAsync(outcome));
    }

    [Fact]
    public async Task An_event_that_is_null_is_not_an_event_that_was_not_kept()
    {
        var outcome = Samples.Received("evt-1", Samples.Time) with { Event = Samples.Json("null") };

        await Outcomes.ReceiveAsync([outcome], Cancellation);

        Assert.Equal(JsonValueKind.Null, (await Outcomes.FindAsync("workos", "evt-1", Cancellation))?.Event?.ValueKind);
    }

    [Fact]
    public async Task Headers_are_found_by_name_in_any_case()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Event-Id"] = "1" };
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time) with { Headers = headers }], Cancellation);

        var outcome = await Outcomes.FindAsync("workos", "evt-1", Cancellation);

        Assert.Equal("1", outcome?.Headers?["x-event-id"]);
    }

    [Fact]
    public async Task Receiving_again_overwrites_nothing()
    {
        var first = Samples.Received("evt-1", Samples.Time);
        await Outcomes.ReceiveAsync([first], Cancellation);
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time.AddHours(1)) with { EventType = "other", Event = Samples.Json("2") }], Cancellation);
        Assert.Equal(Samples.Text(first), await FindAsync(first));

        var ended = Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time.AddMinutes(1), userId: "ada");
        await Outcomes.ConcludeAsync([ended], Cancellation);
        await Outcomes.ReceiveAsync([first], Cancellation);
        Assert.Equal(Samples.Text(first with { Conclusion = ended }), await FindAsync(first));
    }

    [Fact]
    public async Task An_event_that_comes_twice_in_one_call_is_noted_once()
    {
        var first = Samples.Received("evt-1", Samples.Time);

        await Outcomes.ReceiveAsync([first, Samples.Received("evt-2", Samples.Time), first with { Event = Samples.Json("2") }], Cancellation);

        Assert.Equal(Samples.Text(first), await FindAsync(first));
        Assert.Equal(["evt-1", "evt-2"], Ids(await ListAllAsync(new OutcomeFilter(), 10)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_event_that_ended_before_it_was_noted_gets_its_content_and_stays_ended()
    {
        // The queue hands an event out as soon as it is durable there; what is noted beside it may come later.
        var ended = Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time.AddSeconds(1), userId: "ada");
        var received = Samples.Received("evt-1", Samples.Time) with { Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x"] = "1" }, TraceParent = "trace" };
        await Outcomes.ConcludeAsync([ended], Cancellation);

        await Outcomes.ReceiveAsync([received], Cancellation);

        var found = await Outcomes.FindAsync("workos", "evt-1", Cancellation);
        Assert.Equal(Samples.Text(received with { Conclusion = ended, ReceivedAt = found!.ReceivedAt }), Samples.Text(found));
    }

    [Fact]
    public async Task Three_hundred_events_of_one_call_are_noted()
    {
        var received = Enumerable.Range(0, 300).Select(i => Samples.Received($"evt-{i}", Samples.Time.AddSeconds(i), $"source-{i % 3}")).ToList();

        await Outcomes.ReceiveAsync(received, Cancellation);

        Assert.Equal(300, (await ListAllAsync(new OutcomeFilter(), 100)).Count);
        Assert.Equal(Samples.Text(received[299]), await FindAsync(received[299]));
    }

    [Fact]
    public async Task Nothing_is_nothing_to_note()
    {
        await Outcomes.ReceiveAsync([], Cancellation);
        await Outcomes.ConcludeAsync([], Cancellation);

        Assert.Empty(await ListAllAsync(new OutcomeFilter(), 10));
    }

    [Theory]
    [InlineData(40 * 1024)]
    [InlineData(200 * 1024)]
    [InlineData(3 * 512 * 1024)]
    public async Task A_large_event_survives_and_its_end_is_noted(int bytes)
    {
        var outcome = Samples.Received("evt-1", Samples.Time) with
        {
            Event = Samples.JsonOf(bytes),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-large"] = Samples.Noise(30_000) },
        };
        var ended = Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time, userId: "ada") with { Failure = new Failure("mapping-failed", Samples.Noise(bytes / 2), IsTransient: false) };

        await Outcomes.ReceiveAsync([outcome], Cancellation);
        await Outcomes.ConcludeAsync([ended], Cancellation);

        Assert.Equal(Samples.Text(outcome with { Conclusion = ended }), await FindAsync(outcome));
        Assert.Equal(["evt-1"], Ids(await ListAllAsync(new OutcomeFilter(UserId: "ada"), 10)));
    }

    [Fact]
    public async Task Everything_about_an_end_survives()
    {
        var received = Samples.Received("evt-1", Samples.Time);
        await Outcomes.ReceiveAsync([received], Cancellation);
        Conclusion[] ends =
        [
            new("workos", "evt-1", OutcomeStatus.Skipped, Samples.Time.AddTicks(1)) { SkipReason = SkipReason.Gone },
            new("workos", "evt-1", OutcomeStatus.Failed, Samples.Time.AddTicks(2)) { Failure = new Failure("x", "é\n\"<😀\0>", IsTransient: true, TimeSpan.FromTicks(12_345_678)) },
            new("workos", "evt-1", OutcomeStatus.DeadLettered, Samples.Time.AddTicks(3))
            {
                Failure = new Failure("y", string.Empty, IsTransient: false),
                Account = "account/1#",
                UserId = "user/1\\?😀",
                Attempts = 12,
            },
            new("workos", "evt-1", OutcomeStatus.Applied, Samples.Time.AddTicks(4)) { Account = "a", UserId = "u", UpdateId = "update-1", Attempts = 1, Replay = 1_770_000_000_000 },
        ];

        foreach (var end in ends)
        {
            await Outcomes.ConcludeAsync([end], Cancellation);
            Assert.Equal(Samples.Text(received with { Conclusion = end }), await FindAsync(received));
        }
    }

    [Fact]
    public async Task An_event_that_was_never_noted_can_end()
    {
        var ended = Samples.Ended("evt-1", OutcomeStatus.DeadLettered, Samples.Time);

        await Outcomes.ConcludeAsync([ended], Cancellation);

        var expected = new Outcome { Source = "workos", EventId = "evt-1", OccurredAt = Samples.Time, ReceivedAt = Samples.Time, Conclusion = ended };
        Assert.Equal(Samples.Text(expected), Samples.Text(await Outcomes.FindAsync("workos", "evt-1", Cancellation)));
        Assert.Equal(["evt-1"], Ids(await ListAllAsync(new OutcomeFilter(Status: OutcomeStatus.DeadLettered), 10)));
    }

    [Fact]
    public async Task Two_hundred_and_fifty_events_of_one_call_end()
    {
        await Outcomes.ReceiveAsync([.. Enumerable.Range(0, 200).Select(i => Samples.Received($"evt-{i}", Samples.Time, $"source-{i % 3}"))], Cancellation);

        await Outcomes.ConcludeAsync([.. Enumerable.Range(0, 250).Select(i => Samples.Ended($"evt-{i}", OutcomeStatus.Applied, Samples.Time, $"source-{i % 3}", $"user-{i}"))], Cancellation);

        Assert.Equal(250, (await ListAllAsync(new OutcomeFilter(Status: OutcomeStatus.Applied), 100)).Count);
        Assert.Empty(await ListAllAsync(new OutcomeFilter(Status: OutcomeStatus.Received), 100));
    }

    [Fact]
    public async Task An_end_counts_where_the_known_one_yields_to_it_whatever_the_order() => await Ends.Array[1, 8].SampleAsync(
        async ends =>
        {
            var id = NextId();
            var isReceived = ends[0].Item3 % 2 == 0;
            var conclusions = ends.Select((end, i) => Samples.Ended(id, end.Item1, Samples.Time.AddSeconds(i), userId: "ada") with { Replay = end.Item2, Attempts = i }).ToList();
            var known = isReceived ? [Samples.Received(id, Samples.Time).Conclusion, .. conclusions] : conclusions;
            var expected = known.Aggregate((current, next) => current.YieldsTo(next) ? next : current);
            if (isReceived)
            {
                await Outcomes.ReceiveAsync([Samples.Received(id, Samples.Time)], Cancellation);
            }

            // One by one, or all in one call.
            foreach (var chunk in conclusions.Chunk(ends.Length % 2 == 0 ? 1 : ends.Length))
            {
                await Outcomes.ConcludeAsync(chunk, Cancellation);
            }

            Assert.Equal(Samples.Text(expected), Samples.Text((await Outcomes.FindAsync("workos", id, Cancellation))!.Conclusion));
        },
        iter: 60,
        threads: 1);

    [Fact]
    public async Task An_event_that_was_applied_stays_applied_in_any_order_and_at_the_same_time() => await Gen.Shuffle(Statuses).SampleAsync(
        async statuses =>
        {
            var id = NextId();
            await Outcomes.ReceiveAsync([Samples.Received(id, Samples.Time)], Cancellation);
            await Task.WhenAll(statuses.Select(status => Task.Run(() => Outcomes.ConcludeAsync([Samples.Ended(id, status, Samples.Time, userId: "ada")], Cancellation), Cancellation)));
            Assert.Equal(OutcomeStatus.Applied, (await Outcomes.FindAsync("workos", id, Cancellation))?.Conclusion.Status);
        },
        iter: 10,
        threads: 1);

    [Fact]
    public async Task A_replay_wins_and_opens_the_event_again()
    {
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        await Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: "ada")], Cancellation);

        await Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Received, Samples.Time.AddHours(1)) with { Replay = 7 }], Cancellation);
        var open = await Outcomes.FindAsync("workos", "evt-1", Cancellation);
        await Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time.AddHours(2), userId: "ada")], Cancellation);
        await Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time.AddHours(3), userId: "bob") with { Replay = 7 }], Cancellation);
        var ended = await Outcomes.FindAsync("workos", "evt-1", Cancellation);

        Assert.Equal((OutcomeStatus.Received, 7), (open?.Conclusion.Status, open?.Conclusion.Replay));
        Assert.Equal((OutcomeStatus.Failed, "bob"), (ended?.Conclusion.Status, ended?.Conclusion.UserId));
        Assert.NotNull(ended?.Event);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(300 * 1024, 2 * 1024 * 1024)]
    [InlineData(70 * 1024, 500)]
    public async Task An_update_is_found_whole(int patchBytes, int responseBytes)
    {
        var update = NewUpdate("update-1", Samples.Time) with { Patch = Samples.JsonOf(patchBytes), Response = responseBytes == 0 ? null : Samples.JsonOf(responseBytes) };

        await Outcomes.SaveAsync(update, Cancellation);

        Assert.Equal(Samples.Text(update), Samples.Text(await Outcomes.FindUpdateAsync("update-1", Cancellation)));
    }

    [Fact]
    public async Task An_update_that_Truto_did_not_take_says_why()
    {
        var refused = NewUpdate("update-1", Samples.Time) with { Failure = new Failure("conflict", "Another user has \"it\".", IsTransient: false) };
        var late = NewUpdate("update-2", Samples.Time) with { Failure = new Failure("timeout", "Too late.", IsTransient: true, TimeSpan.FromSeconds(1.5)), Response = null };

        await Outcomes.SaveAsync(refused, Cancellation);
        await Outcomes.SaveAsync(late, Cancellation);

        Assert.Equal(Samples.Text(refused), Samples.Text(await Outcomes.FindUpdateAsync("update-1", Cancellation)));
        Assert.Equal(Samples.Text(late), Samples.Text(await Outcomes.FindUpdateAsync("update-2", Cancellation)));
    }

    [Fact]
    public async Task An_update_that_is_kept_again_is_kept_once()
    {
        await Outcomes.SaveAsync(NewUpdate("update-1", Samples.Time), Cancellation);
        await Outcomes.SaveAsync(NewUpdate("update-1", Samples.Time), Cancellation);

        Assert.Equal(Samples.Text(NewUpdate("update-1", Samples.Time)), Samples.Text(await Outcomes.FindUpdateAsync("update-1", Cancellation)));
    }

    [Theory]
    [MemberData(nameof(HostileText.Keys), MemberType = typeof(HostileText))]
    public async Task Any_id_is_a_key(string id)
    {
        var received = Samples.Received(id, Samples.Time);
        var ended = Samples.Ended(id, OutcomeStatus.Failed, Samples.Time, userId: id);
        await Outcomes.ReceiveAsync([received], Cancellation);
        await Outcomes.ConcludeAsync([ended], Cancellation);

        Assert.Equal(Samples.Text(received with { Conclusion = ended }), await FindAsync(received));
        Assert.Equal([id], Ids(await ListAllAsync(new OutcomeFilter("workos", OutcomeStatus.Failed, id, Samples.Time), 10)));
    }

    [Fact]
    public async Task Ids_that_look_alike_are_different_keys()
    {
        var received = HostileText.Keys.Select(row => row.Data).Select((id, i) => Samples.Received(id, Samples.Time.AddSeconds(i))).ToList();

        await Outcomes.ReceiveAsync(received, Cancellation);
        await Outcomes.ConcludeAsync([.. received.Select(outcome => Samples.Ended(outcome.EventId, OutcomeStatus.Skipped, outcome.ReceivedAt, userId: outcome.EventId))], Cancellation);

        foreach (var outcome in received)
        {
            Assert.Equal(outcome.ReceivedAt, (await Outcomes.FindAsync("workos", outcome.EventId, Cancellation))?.Conclusion.At);
            Assert.Equal([outcome.EventId], Ids(await ListAllAsync(new OutcomeFilter(UserId: outcome.EventId), 10)));
        }
    }

    [Fact]
    public async Task No_two_events_ever_meet()
    {
        var noted = new Dictionary<(string Source, string EventId), Outcome>();
        await Gen.Select(HostileText.Any, HostileText.Any).Array[1, 10].SampleAsync(
            async pairs =>
            {
                foreach (var (source, id) in pairs)
                {
                    var outcome = Samples.Received(id, Samples.Time.AddSeconds(noted.Count), source);
                    noted.TryAdd((source, id), outcome);
                    await Outcomes.ReceiveAsync([outcome], Cancellation);
                    Assert.Equal(Samples.Text(noted[(source, id)]), await FindAsync(outcome));
                }
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task The_latest_received_come_first_without_their_content()
    {
        await Outcomes.ReceiveAsync([.. ((int[])[3, 1, 4, 2]).Select(i => Samples.Received($"evt-{i}", Samples.Time.AddTicks(i)))], Cancellation);
        await Outcomes.ReceiveAsync([Samples.Received("evt-0", Samples.Time)], Cancellation);

        var listed = await ListAllAsync(new OutcomeFilter(), 10);

        Assert.Equal(["evt-4", "evt-3", "evt-2", "evt-1", "evt-0"], Ids(listed));
        Assert.All(listed, outcome => Assert.Null(outcome.Event));
        Assert.Equal(
            Samples.Text(Samples.Received("evt-4", Samples.Time.AddTicks(4)) with { Event = null }),
            Samples.Text(listed[0] with { Headers = null }));
    }

    [Fact]
    public async Task What_is_listed_shows_how_it_ended()
    {
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        var ended = Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time.AddMinutes(1), userId: "ada") with { Attempts = 3, Replay = 5 };
        await Outcomes.ConcludeAsync([ended], Cancellation);

        Assert.Equal(Samples.Text(ended), Samples.Text(Assert.Single(await ListAllAsync(new OutcomeFilter(), 10)).Conclusion));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Every_filter_alone_and_combined_finds_exactly_what_it_asks_for(int most)
    {
        var all = await FillAsync();
        foreach (var filter in from source in (string?[])[null, "s1", "s3", "unknown"]
                               from status in (OutcomeStatus?[])[null, OutcomeStatus.Received, OutcomeStatus.Failed]
                               from user in (string?[])[null, "u1", "unknown"]
                               from since in (DateTimeOffset?[])[null, Samples.Time.AddMinutes(9)]
                               from before in (DateTimeOffset?[])[null, Samples.Time.AddMinutes(11)]
                               select new OutcomeFilter(source, status, user, since, before))
        {
            var expected = all.Where(outcome => Fits(outcome, filter)).Select(Samples.Text).ToList();
            if (most == 1 && expected.Count > 12)
            {
                continue;
            }

            var listed = await ListAllAsync(filter, most);

            Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Select(outcome => Samples.Text(outcome with { Headers = null })).Order(StringComparer.Ordinal));
            Assert.Equal(listed.Select(outcome => outcome.ReceivedAt).OrderDescending(), listed.Select(outcome => outcome.ReceivedAt));
        }
    }

    [Fact]
    public async Task Since_takes_the_time_itself_too()
    {
        await Outcomes.ReceiveAsync([.. Enumerable.Range(0, 3).Select(i => Samples.Received($"evt-{i}", Samples.Time.AddTicks(i)))], Cancellation);

        Assert.Equal(["evt-2", "evt-1"], Ids(await ListAllAsync(new OutcomeFilter(Since: Samples.Time.AddTicks(1)), 10)));
        Assert.Equal(["evt-2", "evt-1"], Ids(await ListAllAsync(new OutcomeFilter(Since: Samples.Time.AddTicks(1).ToOffset(TimeSpan.FromHours(5))), 10)));
        Assert.Equal(3, (await ListAllAsync(new OutcomeFilter(Since: DateTimeOffset.MinValue), 10)).Count);
        Assert.Empty(await ListAllAsync(new OutcomeFilter(Since: DateTimeOffset.MaxValue), 10));
    }

    [Fact]
    public async Task Before_takes_the_time_itself_no_more_whatever_the_cursor_says()
    {
        await Outcomes.ReceiveAsync([.. Enumerable.Range(0, 4).Select(i => Samples.Received($"evt-{i}", Samples.Time.AddTicks(i)))], Cancellation);
        var cursor = (await Outcomes.ListAsync(new OutcomeFilter(), null, 1, Cancellation)).Cursor;

        Assert.Equal(["evt-1", "evt-0"], Ids(await ListAllAsync(new OutcomeFilter(Before: Samples.Time.AddTicks(2)), 10)));
        Assert.Equal(["evt-1", "evt-0"], Ids(await ListAllAsync(new OutcomeFilter(Before: Samples.Time.AddTicks(2).ToOffset(TimeSpan.FromHours(5))), 1)));
        Assert.Equal(["evt-1"], Ids(await ListAllAsync(new OutcomeFilter(Since: Samples.Time.AddTicks(1), Before: Samples.Time.AddTicks(2)), 10)));
        Assert.Equal(4, (await ListAllAsync(new OutcomeFilter(Before: DateTimeOffset.MaxValue), 10)).Count);
        Assert.Empty(await ListAllAsync(new OutcomeFilter(Before: DateTimeOffset.MinValue), 10));
        Assert.Equal(["evt-1", "evt-0"], Ids((await Outcomes.ListAsync(new OutcomeFilter(Before: Samples.Time.AddTicks(2)), cursor, 10, Cancellation)).Outcomes));
        Assert.Equal(["evt-2", "evt-1", "evt-0"], Ids((await Outcomes.ListAsync(new OutcomeFilter(Before: DateTimeOffset.MaxValue), cursor, 10, Cancellation)).Outcomes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Paging_visits_each_once_while_new_ones_arrive(int most)
    {
        // Some were received at the same time.
        var known = Enumerable.Range(0, 12).Select(i => Samples.Received($"evt-{i}", Samples.Time.AddTicks(i / 3))).ToList();
        await Outcomes.ReceiveAsync(known, Cancellation);

        var visited = new List<string>();
        string? cursor = null;
        var arrived = 0;
        do
        {
            var page = await Outcomes.ListAsync(new OutcomeFilter("workos"), cursor, most, Cancellation);
            Assert.InRange(page.Outcomes.Count, 0, most);
            visited.AddRange(Ids(page.Outcomes));
            cursor = page.Cursor;
            var id = $"new-{arrived++}";
            await Outcomes.ReceiveAsync([Samples.Received(id, Samples.Time.AddSeconds(arrived))], Cancellation);
            await Outcomes.ConcludeAsync([Samples.Ended(id, OutcomeStatus.Failed, Samples.Time), Samples.Ended(visited[0], OutcomeStatus.Failed, Samples.Time)], Cancellation);
        }
        while (cursor is not null && arrived < 50);

        Assert.Equal(known.Select(outcome => outcome.EventId).Order(StringComparer.Ordinal), visited.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_list_of_nothing_has_no_next_page()
    {
        var page = await Outcomes.ListAsync(new OutcomeFilter("workos", OutcomeStatus.Failed, "ada", Samples.Time), null, 10, Cancellation);

        Assert.Empty(page.Outcomes);
        Assert.Null(page.Cursor);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("%%%")]
    [InlineData("' OR 1=1 --")]
    [InlineData("AAAA")]
    [InlineData("😀")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999999999")]
    public async Task A_cursor_that_was_not_given_out_is_refused(string cursor)
    {
        await FillAsync();

        await Assert.ThrowsAsync<FormatException>(() => Outcomes.ListAsync(new OutcomeFilter(), cursor, 10, Cancellation));
        await Assert.ThrowsAsync<FormatException>(() => Outcomes.ListAsync(new OutcomeFilter("s1", OutcomeStatus.Failed, "u1", Samples.Time), cursor, 10, Cancellation));
    }

    [Fact]
    public async Task An_endless_cursor_is_refused() =>
        await Assert.ThrowsAsync<FormatException>(() => Outcomes.ListAsync(new OutcomeFilter(), Samples.Noise(100_000), 10, Cancellation));

    [Fact]
    public async Task Old_outcomes_that_have_ended_are_forgotten_and_nothing_else()
    {
        var cut = Samples.Time;
        await Outcomes.ReceiveAsync(
            [
                Samples.Received("old open", cut.AddDays(-1)), Samples.Received("old ended", cut.AddTicks(-1)), Samples.Received("old replayed", cut.AddDays(-1)),
                Samples.Received("new open", cut), Samples.Received("new ended", cut),
            ],
            Cancellation);
        await Outcomes.ConcludeAsync(
            [
                Samples.Ended("old ended", OutcomeStatus.Applied, cut.AddDays(1), userId: "ada"), Samples.Ended("new ended", OutcomeStatus.Failed, cut.AddDays(1), userId: "ada"),
                Samples.Ended("old replayed", OutcomeStatus.Failed, cut, userId: "ada"), Samples.Ended("old replayed", OutcomeStatus.Received, cut) with { Replay = 1 },
            ],
            Cancellation);

        var forgotten = await Outcomes.PruneAsync(cut, Cancellation);

        Assert.Equal(1, forgotten);
        Assert.Null(await Outcomes.FindAsync("workos", "old ended", Cancellation));
        Assert.Equal(["new ended", "new open", "old open", "old replayed"], Ids(await ListAllAsync(new OutcomeFilter(), 10)).Order(StringComparer.Ordinal));
        Assert.Equal(["new ended"], Ids(await ListAllAsync(new OutcomeFilter(UserId: "ada"), 10)));
        Assert.NotNull((await Outcomes.FindAsync("workos", "old open", Cancellation))?.Event);
        Assert.Equal(0, await Outcomes.PruneAsync(cut, Cancellation));
    }

    [Fact]
    public async Task Old_updates_are_forgotten()
    {
        await Outcomes.SaveAsync(NewUpdate("old", Samples.Time.AddTicks(-1)), Cancellation);
        await Outcomes.SaveAsync(NewUpdate("old and large", Samples.Time.AddDays(-1)) with { Response = Samples.JsonOf(1_500_000) }, Cancellation);
        await Outcomes.SaveAsync(NewUpdate("new", Samples.Time), Cancellation);

        await Outcomes.PruneAsync(Samples.Time, Cancellation);

        Assert.Null(await Outcomes.FindUpdateAsync("old", Cancellation));
        Assert.Null(await Outcomes.FindUpdateAsync("old and large", Cancellation));
        Assert.NotNull(await Outcomes.FindUpdateAsync("new", Cancellation));
    }

    [Fact]
    public async Task Many_old_outcomes_are_forgotten_in_one_go()
    {
        var received = Enumerable.Range(0, 700).Select(i => Samples.Received($"evt-{i}", Samples.Time.AddMinutes(i), $"source-{i % 2}")).ToList();
        await Outcomes.ReceiveAsync(received, Cancellation);
        await Outcomes.ConcludeAsync([.. received.Where((_, i) => i % 7 != 0).Select(outcome => Samples.Ended(outcome.EventId, OutcomeStatus.Applied, Samples.Time, outcome.Source, "ada"))], Cancellation);

        Assert.Equal(600, await Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));

        Assert.Equal(100, (await ListAllAsync(new OutcomeFilter(), 100)).Count);
    }

    [Fact]
    public async Task An_event_that_was_forgotten_may_come_again()
    {
        var again = Samples.Received("evt-1", Samples.Time.AddDays(2)) with { EventType = "again" };
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        await Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: "ada")], Cancellation);
        await Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation);

        await Outcomes.ReceiveAsync([again], Cancellation);

        Assert.Equal(Samples.Text(again), await FindAsync(again));
    }

    [Fact]
    public async Task Another_process_sees_what_was_noted()
    {
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        await Outcomes.SaveAsync(NewUpdate("update-1", Samples.Time), Cancellation);

        var other = await Fixture.ReopenAsync();
        var found = await other.Outcomes.FindAsync("workos", "evt-1", Cancellation);
        await other.Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: "ada")], Cancellation);

        Assert.Equal(Samples.Text(Samples.Received("evt-1", Samples.Time)), Samples.Text(found));
        Assert.NotNull(await other.Outcomes.FindUpdateAsync("update-1", Cancellation));
        Assert.Equal(["evt-1"], Ids(await ListAllAsync(new OutcomeFilter(Status: OutcomeStatus.Applied), 10)));
    }

    private static Gen<(OutcomeStatus, int, int)> Ends => Gen.Select(Gen.OneOf(Statuses), Gen.Int[0, 2], Gen.Int[0, 1]);

    private static Update NewUpdate(string id, DateTimeOffset startedAt) => new()
    {
        Id = id,
        Account = "account/1",
        UserId = "ada \0😀",
        Patch = Samples.Json("""{"email":"ada@example.com","custom_fields":{"n":1.50}}"""),
        Response = Samples.Json("""{"id":"ada","raw":null}"""),
        StartedAt = startedAt,
        Duration = TimeSpan.FromTicks(12_345_678),
        Events = 3,
    };

    private static IEnumerable<string> Ids(IEnumerable<Outcome> outcomes) => outcomes.Select(outcome => outcome.EventId);

    private static bool Fits(Outcome outcome, OutcomeFilter filter) =>
        (filter.Source is null || outcome.Source == filter.Source)
        && (filter.Status is null || outcome.Conclusion.Status == filter.Status)
        && (filter.UserId is null || outcome.Conclusion.UserId == filter.UserId)
        && (filter.Since is null || outcome.ReceivedAt >= filter.Since)
        && (filter.Before is null || outcome.ReceivedAt < filter.Before);

    private string NextId() => Interlocked.Increment(ref counter).ToString(CultureInfo.InvariantCulture);

    private async Task<string> FindAsync(Outcome outcome) => Samples.Text(await Outcomes.FindAsync(outcome.Source, outcome.EventId, Cancellation));

    private async Task<List<Outcome>> ListAllAsync(OutcomeFilter filter, int most)
    {
        var all = new List<Outcome>();
        string? cursor = null;
        do
        {
            var page = await Outcomes.ListAsync(filter, cursor, most, Cancellation);
            Assert.InRange(page.Outcomes.Count, 0, most);
            all.AddRange(page.Outcomes);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return all;
    }

    /// <summary>Forty outcomes of all kinds, without the events' content; some were received at the same time.</summary>
    private async Task<List<Outcome>> FillAsync()
    {
        // The same ids in several sources.
        var all = Enumerable.Range(0, 40).Select(i =>
        {
            var received = Samples.Received($"evt-{i / 2}", Samples.Time.AddMinutes(i / 3), $"s{(i % 3) + 1}");
            var status = Statuses[i % Statuses.Length];
            return status == OutcomeStatus.Received
                ? received
                : received with { Conclusion = Samples.Ended(received.EventId, status, received.ReceivedAt.AddSeconds(i), received.Source, i % 7 == 0 ? null : $"u{i % 3}") };
        }).ToList();
        await Outcomes.ReceiveAsync([.. all.Select(outcome => outcome with { Conclusion = Samples.Received(outcome.EventId, outcome.ReceivedAt, outcome.Source).Conclusion })], Cancellation);
        await Outcomes.ConcludeAsync([.. all.Select(outcome => outcome.Conclusion).Where(conclusion => conclusion.Status != OutcomeStatus.Received)], Cancellation);
        return all.ConvertAll(outcome => outcome with { Event = null });
    }
}
