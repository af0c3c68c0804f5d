using System.Diagnostics;
using System.Text.Json;
using CsCheck;
using UserSync.Queue;

namespace Stores.Tests.Contract;

/// <summary>What every queue has to do.</summary>
public abstract class QueueContract(IStoreFixture fixture) : StoreContract(fixture)
{
    // Stores may count visibility in whole seconds: after two, one has passed for certain.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TwoSeconds = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Every_member_of_a_message_survives()
    {
        var message = new ChangeMessage
        {
            Source = "workos",
            Event = Samples.Json("""{"a":[1,2.50,1e3,12345678901234567890,null,true,{"b":"\u00e9 \\ \" \u0000 😀"}],"":{}}"""),
            Id = "evt/1 \0#?%😀",
            Type = "user.updated",
            OccurredAt = Samples.Time,
            ReceivedAt = Samples.Time.AddSeconds(1),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Event-Id"] = "1", ["x-other"] = "a, b" },
            Attempt = 3,
            Replay = 1_770_000_000_000,
            Alone = true,
            Resend = true,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "vendor=1",
        };
        var before = Now;

        await EnqueueAsync(message);
        var taken = Assert.Single(await ReceiveAsync());

        Assert.Equal(Samples.Text(message), Samples.Text(Samples.Read(taken)));
        Assert.Equal(1, taken.DequeueCount);
        Assert.InRange(taken.HiddenUntil, before + Minute - TwoSeconds, Now + Minute + TwoSeconds);
    }

    [Fact]
    public async Task A_message_with_the_least_members_survives()
    {
        var message = new ChangeMessage { Source = "s", Event = Samples.Json("null") };

        await EnqueueAsync(message);

        Assert.Equal(Samples.Text(message), Samples.Text(Samples.Read(Assert.Single(await ReceiveAsync()))));
    }

    [Fact]
    public async Task Hostile_content_survives()
    {
        var keys = HostileText.Keys.Select(row => row.Data).ToList();
        var messages = keys.ConvertAll(text => Samples.Message(text) with
        {
            Type = text,
            Event = JsonSerializer.SerializeToElement(new Dictionary<string, string>(StringComparer.Ordinal) { [text] = text }),
        });

        await Queue.EnqueueAsync(messages, TimeSpan.Zero, Cancellation);

        Assert.Equal(messages.Select(Samples.Text).Order(StringComparer.Ordinal), (await DrainAsync(Queue)).Select(taken => Samples.Text(Samples.Read(taken))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Any_content_survives() => await Gen.Select(HostileText.Any, HostileText.Any).Array[1, 8].SampleAsync(
        async texts =>
        {
            var messages = texts.Select(text => Samples.Message(text.Item1) with { TraceState = text.Item2, Event = JsonSerializer.SerializeToElement(text.Item2) }).ToList();
            await Queue.EnqueueAsync(messages, TimeSpan.Zero, Cancellation);
            var taken = await DrainAsync(Queue);
            await Task.WhenAll(taken.Select(message => Queue.CompleteAsync(message, Cancellation)));
            Assert.Equal(messages.Select(Samples.Text).Order(StringComparer.Ordinal), taken.Select(message => Samples.Text(Samples.Read(message))).Order(StringComparer.Ordinal));
        },
        iter: 20,
        threads: 1);

    [Theory]
    [InlineData(40 * 1024)]
    [InlineData(49 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(200 * 1024)]
    [InlineData(3 * 512 * 1024)]
    public async Task A_large_message_survives_being_put_taken_replaced_and_completed(int bytes)
    {
        var message = Samples.Message("large") with { Event = Samples.JsonOf(bytes) };
        var next = message with { Attempt = 1 };

        await EnqueueAsync(message);
        var taken = Assert.Single(await ReceiveAsync());
        await Queue.ReplaceAsync(taken, next, TimeSpan.Zero, Cancellation);
        var replaced = Assert.Single(await ReceiveAsync(hidden: Second));
        await Fixture.PassAsync(TwoSeconds);
        var again = Assert.Single(await ReceiveAsync());
        await Queue.CompleteAsync(again, Cancellation);

        Assert.Equal(Samples.Text(message), Samples.Text(Samples.Read(taken)));
        Assert.Equal(Samples.Text(next), Samples.Text(Samples.Read(replaced)));
        Assert.Equal(Samples.Text(next), Samples.Text(Samples.Read(again)));
        Assert.Equal(0, (await Queue.MeasureAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task Large_and_small_messages_go_in_one_call()
    {
        var messages = Enumerable.Range(0, 12).Select(i => Samples.Message($"evt-{i}") with { Event = Samples.JsonOf(i % 3 == 0 ? 100_000 : 10) }).ToList();

        await Queue.EnqueueAsync(messages, TimeSpan.Zero, Cancellation);

        Assert.Equal(messages.Select(Samples.Text).Order(StringComparer.Ordinal), (await DrainAsync(Queue)).Select(taken => Samples.Text(Samples.Read(taken))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Three_hundred_messages_of_one_call_come_each_once()
    {
        var messages = Enumerable.Range(0, 300).Select(i => Samples.Message($"evt-{i}")).ToList();

        await Queue.EnqueueAsync(messages, TimeSpan.Zero, Cancellation);
        var taken = await DrainAsync(Queue);

        Assert.Equal(messages.Select(message => message.Id).Order(StringComparer.Ordinal), taken.Select(message => Samples.Read(message).Id).Order(StringComparer.Ordinal));
        Assert.Equal(300, taken.Select(message => message.Receipt).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task No_message_is_nothing_to_put()
    {
        await Queue.EnqueueAsync([], TimeSpan.Zero, Cancellation);

        Assert.Empty(await ReceiveAsync());
    }

    [Fact]
    public async Task No_more_messages_are_taken_than_were_asked_for()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 5).Select(i => Samples.Message($"evt-{i}"))]);

        Assert.Equal(2, (await ReceiveAsync(most: 2)).Count);
        Assert.Equal(3, (await DrainAsync(Queue)).Count);
    }

    [Fact]
    public async Task A_message_that_was_taken_is_hidden_until_its_time_has_passed_and_then_comes_again()
    {
        await EnqueueAsync(Samples.Message("evt-1"));

        var first = Assert.Single(await ReceiveAsync(hidden: Second));
        var meanwhile = await ReceiveAsync();
        await Fixture.PassAsync(TwoSeconds);
        var second = Assert.Single(await ReceiveAsync());

        Assert.Empty(meanwhile);
        Assert.Equal((1, 2), (first.DequeueCount, second.DequeueCount));
        Assert.NotEqual(first.Receipt, second.Receipt);
        Assert.Equal(Samples.Text(Samples.Read(first)), Samples.Text(Samples.Read(second)));
    }

    [Fact]
    public async Task A_delayed_message_is_seen_when_its_time_has_come_and_not_before()
    {
        await Queue.EnqueueAsync([Samples.Message("later")], Second, Cancellation);
        await Queue.EnqueueAsync([Samples.Message("much later")], Minute, Cancellation);
        await Queue.EnqueueAsync([Samples.Message("next week")], TimeSpan.FromDays(7), Cancellation);

        var before = await ReceiveAsync();
        await Fixture.PassAsync(TwoSeconds);
        var after = await ReceiveAsync();

        Assert.Empty(before);
        Assert.Equal("later", Samples.Read(Assert.Single(after)).Id);
    }

    [Fact]
    public async Task A_completed_message_never_comes_again()
    {
        await EnqueueAsync(Samples.Message("evt-1"), Samples.Message("evt-2"));

        var taken = await DrainAsync(Queue, Second);
        await Queue.CompleteAsync(taken.Single(message => Samples.Read(message).Id == "evt-1"), Cancellation);
        await Fixture.PassAsync(TwoSeconds);

        Assert.Equal("evt-2", Samples.Read(Assert.Single(await ReceiveAsync())).Id);
    }

    [Fact]
    public async Task Completing_twice_is_harmless()
    {
        await EnqueueAsync(Samples.Message("evt-1"), Samples.Message("evt-2"));
        var taken = await DrainAsync(Queue);

        await Queue.CompleteAsync(taken[0], Cancellation);
        await Queue.CompleteAsync(taken[0], Cancellation);
        await Queue.ReleaseAsync(taken[0], Cancellation);

        Assert.Equal(1, (await Queue.MeasureAsync(Cancellation)).Messages);
        Assert.Empty(await ReceiveAsync());
    }

    [Fact]
    public async Task Who_completes_too_late_does_not_take_the_message_away_from_who_has_it_now()
    {
        var (late, holder) = await TakeTwiceAsync();

        await Queue.CompleteAsync(late, Cancellation);
        await Queue.ReleaseAsync(holder, Cancellation);

        Assert.Equal("evt-1", Samples.Read(Assert.Single(await ReceiveAsync())).Id);
    }

    [Fact]
    public async Task Who_releases_too_late_does_not_show_the_message_to_others()
    {
        var (late, _) = await TakeTwiceAsync();

        await Queue.ReleaseAsync(late, Cancellation);

        Assert.Empty(await ReceiveAsync());
    }

    [Fact]
    public async Task Who_replaces_too_late_leaves_the_message_to_who_has_it_now()
    {
        var (late, holder) = await TakeTwiceAsync();

        await Queue.ReplaceAsync(late, Samples.Message("evt-1") with { Attempt = 1 }, TimeSpan.Zero, Cancellation);
        var next = Assert.Single(await ReceiveAsync());
        await Queue.ReleaseAsync(holder, Cancellation);
        var old = Assert.Single(await ReceiveAsync());

        // Twice is harmless, never is not.
        Assert.Equal((1, 0), (Samples.Read(next).Attempt, Samples.Read(old).Attempt));
    }

    [Fact]
    public async Task Who_was_too_late_may_complete_where_nobody_else_has_taken_the_message()
    {
        await EnqueueAsync(Samples.Message("evt-1"));
        var late = Assert.Single(await ReceiveAsync(hidden: Second));
        await Fixture.PassAsync(TwoSeconds);

        await Queue.CompleteAsync(late, Cancellation);

        Assert.Empty(await ReceiveAsync());
    }

    [Fact]
    public async Task Replacing_puts_the_new_message_in_place_of_the_old_one()
    {
        await EnqueueAsync(Samples.Message("evt-1"));
        var old = Assert.Single(await ReceiveAsync(hidden: Second));

        await Queue.ReplaceAsync(old, Samples.Message("evt-1") with { Attempt = 1 }, TimeSpan.Zero, Cancellation);
        var next = Assert.Single(await ReceiveAsync());
        await Fixture.PassAsync(TwoSeconds);

        Assert.Equal((1, 1), (Samples.Read(next).Attempt, next.DequeueCount));
        Assert.Empty(await ReceiveAsync());
        Assert.Equal(1, (await Queue.MeasureAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task A_replacement_is_hidden_for_its_delay()
    {
        await EnqueueAsync(Samples.Message("evt-1"));
        await Queue.ReplaceAsync(Assert.Single(await ReceiveAsync()), Samples.Message("next"), Second, Cancellation);

        var before = await ReceiveAsync();
        await Fixture.PassAsync(TwoSeconds);
        var after = await ReceiveAsync();

        Assert.Empty(before);
        Assert.Equal("next", Samples.Read(Assert.Single(after)).Id);
    }

    [Fact]
    public async Task A_message_that_is_handed_back_is_seen_at_once()
    {
        await EnqueueAsync(Samples.Message("evt-1"));
        var first = Assert.Single(await ReceiveAsync());

        await Queue.ReleaseAsync(first, Cancellation);
        var second = Assert.Single(await ReceiveAsync());
        await Queue.CompleteAsync(first, Cancellation);
        await Queue.ReleaseAsync(second, Cancellation);
        var third = Assert.Single(await ReceiveAsync());

        Assert.Equal((2, 3), (second.DequeueCount, third.DequeueCount));
    }

    [Fact]
    public async Task The_depth_counts_what_waits_and_what_is_hidden()
    {
        var empty = await Queue.MeasureAsync(Cancellation);
        var before = Now;
        await EnqueueAsync(Samples.Message("evt-1"), Samples.Message("evt-2"));
        await Queue.EnqueueAsync([Samples.Message("evt-3")], Minute, Cancellation);
        await ReceiveAsync(most: 1);

        var depth = await Queue.MeasureAsync(Cancellation);

        Assert.Equal(new QueueDepth(0, null), empty);
        Assert.Equal(3, depth.Messages);
        if (depth.OldestSince is { } since)
        {
            Assert.InRange(since, before - TwoSeconds, Now + TwoSeconds);
        }
    }

    [Fact]
    public async Task Receivers_at_the_same_time_get_different_messages()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 100).Select(i => Samples.Message($"evt-{i}"))]);

        var taken = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => DrainAsync(Queue, most: 4), Cancellation)))).SelectMany(messages => messages).ToList();

        Assert.Equal(100, taken.Count);
        Assert.Equal(100, taken.Select(message => Samples.Read(message).Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(taken, message => Assert.Equal(1, message.DequeueCount));
    }

    [Fact]
    public async Task Who_has_no_patience_is_told_at_once_that_there_is_nothing() => Assert.Empty(await ReceiveAsync());

    [Fact]
    public async Task Who_is_patient_gets_a_message_that_is_put_later()
    {
        var receiving = Queue.ReceiveAsync(10, Minute, Hour, Cancellation);
        await EnqueueAsync(Samples.Message("evt-1"));

        Assert.Equal("evt-1", Samples.Read(Assert.Single(await receiving.WaitAsync(Bound, Cancellation))).Id);
    }

    [Fact]
    public async Task Who_is_patient_gets_a_message_that_is_handed_back()
    {
        await EnqueueAsync(Samples.Message("evt-1"));
        var taken = Assert.Single(await ReceiveAsync());
        var receiving = Queue.ReceiveAsync(10, Minute, Hour, Cancellation);
        await Queue.ReleaseAsync(taken, Cancellation);

        Assert.Equal("evt-1", Samples.Read(Assert.Single(await receiving.WaitAsync(Bound, Cancellation))).Id);
    }

    [Fact]
    public async Task Who_is_patient_gets_a_message_whose_time_comes_meanwhile()
    {
        await Queue.EnqueueAsync([Samples.Message("evt-1")], Second, Cancellation);

        var receiving = Queue.ReceiveAsync(10, Minute, Hour, Cancellation);

        Assert.Equal("evt-1", Samples.Read(Assert.Single(await PassUntilAsync(receiving))).Id);
    }

    [Fact]
    public async Task Patience_ends() => Assert.Empty(await PassUntilAsync(Queue.ReceiveAsync(10, Minute, Second, Cancellation)));

    [Fact]
    public async Task Who_stops_waiting_takes_no_message()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var receiving = Queue.ReceiveAsync(10, Minute, Hour, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving.WaitAsync(Bound, Cancellation));

        await EnqueueAsync(Samples.Message("evt-1"));
        Assert.Equal(1, Assert.Single(await ReceiveAsync()).DequeueCount);
    }

    [Fact]
    public async Task Another_process_sees_what_was_put_and_not_what_was_taken()
    {
        await EnqueueAsync(Samples.Message("taken"));
        await ReceiveAsync();
        await EnqueueAsync(Samples.Message("waiting"), Samples.Message("large") with { Event = Samples.JsonOf(150_000) });

        var other = await Fixture.ReopenAsync();
        var taken = await DrainAsync(other.Queue);

        Assert.Equal(["large", "waiting"], taken.Select(message => Samples.Read(message).Id).Order(StringComparer.Ordinal));
        Assert.Empty(await ReceiveAsync());
        Assert.Equal(3, (await other.Queue.MeasureAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task Who_is_patient_gets_a_message_that_another_process_puts()
    {
        var other = await Fixture.ReopenAsync();
        var receiving = Queue.ReceiveAsync(10, Minute, Hour, Cancellation);
        await other.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation);

        Assert.Equal("evt-1", Samples.Read(Assert.Single(await PassUntilAsync(receiving))).Id);
    }

    [Fact]
    public async Task Receivers_of_two_processes_get_different_messages()
    {
        var other = await Fixture.ReopenAsync();
        await EnqueueAsync([.. Enumerable.Range(0, 60).Select(i => Samples.Message($"evt-{i}"))]);

        var taken = (await Task.WhenAll(((IChangeQueue[])[Queue, other.Queue, Queue, other.Queue]).Select(queue => Task.Run(() => DrainAsync(queue, most: 3), Cancellation))))
            .SelectMany(messages => messages).ToList();

        Assert.Equal(60, taken.Count);
        Assert.Equal(60, taken.Select(message => Samples.Read(message).Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_message_shows_no_content_as_text()
    {
        await EnqueueAsync(Samples.Message("evt-1"));

        Assert.DoesNotContain("example", Assert.Single(await ReceiveAsync()).ToString(), StringComparison.Ordinal);
    }

    private static async Task<List<QueuedMessage>> DrainAsync(IChangeQueue queue, TimeSpan? hidden = null, int most = 32)
    {
        var all = new List<QueuedMessage>();
        while (await queue.ReceiveAsync(most, hidden ?? Minute, TimeSpan.Zero, Cancellation) is { Count: > 0 } some)
        {
            Assert.InRange(some.Count, 1, most);
            all.AddRange(some);
        }

        return all;
    }

    private Task EnqueueAsync(params ChangeMessage[] messages) => Queue.EnqueueAsync(messages, TimeSpan.Zero, Cancellation);

    private Task<IReadOnlyList<QueuedMessage>> ReceiveAsync(int most = 10, TimeSpan? hidden = null) => Queue.ReceiveAsync(most, hidden ?? Minute, TimeSpan.Zero, Cancellation);

    /// <summary>A message that somebody took and did not complete in time, and that somebody else has now.</summary>
    private async Task<(QueuedMessage Late, QueuedMessage Holder)> TakeTwiceAsync()
    {
        await EnqueueAsync(Samples.Message("evt-1"));
        var late = Assert.Single(await ReceiveAsync(hidden: Second));
        await Fixture.PassAsync(TwoSeconds);
        return (late, Assert.Single(await ReceiveAsync()));
    }

    /// <summary>Lets time pass until somebody who waits has waited enough.</summary>
    private async Task<IReadOnlyList<QueuedMessage>> PassUntilAsync(Task<IReadOnlyList<QueuedMessage>> receiving)
    {
        var start = Stopwatch.GetTimestamp();
        while (!receiving.IsCompleted && Stopwatch.GetElapsedTime(start) < Bound)
        {
            await Fixture.PassAsync(Second);
        }

        Assert.True(receiving.IsCompleted, "Whoever was waiting for a message still waits.");
        return await receiving;
    }
}
