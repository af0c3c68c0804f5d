using System.Text.Json;
using Functions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;

namespace Functions.Tests.Sweeping;

public sealed class SweepTests
{
    private const string Event = """{ "id": "evt-1", "user": "42", "email": "ada@example.com", "name": "Ada" }""";

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fields_that_an_instance_left_pending_when_it_died_go_to_Truto()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("wait", Event, "evt-1");
        await LeavePendingAsync(world);
        world.Time.Advance(OneHour);

        Assert.Equal(1, await world.Get<Housekeeping>().SweepAsync(Cancellation));
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));

        Assert.Empty((await world.Get<ILedgerStore>().ReadAsync(new UserKey(World.Account, World.UserId), Cancellation)).Ledger.Pending);
        Assert.Equal("ada@example.com", world.Truto.Find(World.Account, World.UserId)!.Email);
        Assert.Equal(OutcomeStatus.Applied, (await world.OutcomeAsync("wait", "evt-1")).Conclusion.Status);
    }

    [Fact]
    public async Task An_event_is_found_once()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("wait", Event, "evt-1");
        world.Time.Advance(OneHour);

        Assert.Equal(1, await world.Get<Housekeeping>().SweepAsync(Cancellation));
        world.Time.Advance(OneHour);
        Assert.Equal(0, await world.Get<Housekeeping>().SweepAsync(Cancellation));

        Assert.Single(await world.TakeAsync());
    }

    [Fact]
    public async Task An_event_whose_sender_may_still_be_waiting_is_left_alone()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("wait", Event, "evt-1");
        world.Time.Advance(Soon);

        Assert.Equal(0, await world.Get<Housekeeping>().SweepAsync(Cancellation));
    }

    [Fact]
    public async Task An_event_that_may_still_have_its_message_in_the_queue_is_left_alone_for_a_day()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("queue", Event, "evt-1");

        world.Time.Advance(OneDay);
        Assert.Equal(0, await world.Get<Housekeeping>().SweepAsync(Cancellation));
        world.Time.Advance(OneHour);
        Assert.Equal(1, await world.Get<Housekeeping>().SweepAsync(Cancellation));
    }

    [Fact]
    public async Task An_event_that_has_ended_is_left_alone()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("wait", Event);
        world.Time.Advance(OneHour);

        Assert.Equal(0, await world.Get<Housekeeping>().SweepAsync(Cancellation));
        Assert.Empty(await world.TakeAsync());
    }

    [Fact]
    public async Task An_event_of_a_source_that_is_not_configured_any_more_is_left_alone()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("gone", Event, "evt-1");
        world.Time.Advance(2 * OneDay);

        Assert.Equal(0, await world.Get<Housekeeping>().SweepAsync(Cancellation));
    }

    [Fact]
    public async Task More_lost_events_than_one_page_are_all_found()
    {
        await using var world = await World.StartAsync();
        const int Count = 620;
        for (var number = 0; number < Count; number++)
        {
            await world.AcceptAsync("wait", Event, $"evt-{number}");
        }

        world.Time.Advance(OneHour);

        Assert.Equal(Count, await world.Get<Housekeeping>().SweepAsync(Cancellation));
        Assert.Equal(0, await world.Get<Housekeeping>().SweepAsync(Cancellation));
    }

    [Fact]
    public async Task A_sweep_ends_after_four_minutes_and_the_next_goes_on_there_until_one_comes_to_the_end()
    {
        var asked = new List<string?>();
        World? world = null;
        var outcomes = new Mock<IOutcomeStore>(MockBehavior.Strict);
        outcomes.Setup(
                store => store.ListAsync(It.IsAny<OutcomeFilter>(), It.IsAny<string?>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((OutcomeFilter _, string? cursor, int _, CancellationToken _) =>
            {
                asked.Add(cursor);
                world!.Time.Advance(TimeSpan.FromSeconds(90));
                return new OutcomePage([], asked.Count == 5 ? null : $"{asked.Count}");
            });
        world = await World.StartAsync(services => services.AddSingleton(outcomes.Object));
        await using var started = world;
        var housekeeping = world.Get<Housekeeping>();

        await housekeeping.SweepAsync(Cancellation);
        Assert.Equal([null, "1", "2"], asked);
        await housekeeping.SweepAsync(Cancellation);
        Assert.Equal(["3", "4"], asked[3..]);
        await housekeeping.SweepAsync(Cancellation);
        Assert.Equal([null, "6", "7"], asked[5..]);
    }

    [Fact]
    public async Task A_sweep_whose_events_take_too_long_leaves_the_rest_of_their_page_to_the_next()
    {
        await using var world = await World.StartAsync();
        for (var number = 0; number < 8; number++)
        {
            await world.AcceptAsync("wait", Event, $"evt-{number}");
        }

        world.Time.Advance(OneHour);
        var slow = new Mock<IChangeQueue>();
        slow.Setup(
                queue => queue.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback(() => world.Time.Advance(TimeSpan.FromSeconds(50)))
            .Returns(Task.CompletedTask);
        var replayer = ActivatorUtilities.CreateInstance<Replayer>(world.Services, slow.Object);
        var housekeeping = ActivatorUtilities.CreateInstance<Housekeeping>(world.Services, replayer);

        Assert.Equal(5, await housekeeping.SweepAsync(Cancellation));
        Assert.Equal(3, await housekeeping.SweepAsync(Cancellation));
        Assert.Equal(0, await housekeeping.SweepAsync(Cancellation));
    }

    [Theory]
    [InlineData("wait", 11)]
    [InlineData("queue", 24 * 60)]
    public async Task What_cannot_be_lost_yet_is_not_searched(string reply, int minutes)
    {
        OutcomeFilter? asked = null;
        var outcomes = new Mock<IOutcomeStore>(MockBehavior.Strict);
        outcomes.Setup(
                store => store.ListAsync(It.IsAny<OutcomeFilter>(), It.IsAny<string?>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .Callback((OutcomeFilter filter, string? _, int _, CancellationToken _) => asked = filter)
            .ReturnsAsync(new OutcomePage([], null));
        await using var world = await World.StartAsync(services => services.AddSingleton(outcomes.Object));
        world.Write("wait", $$"""{ "reply": "{{reply}}" }""");

        await world.Get<Housekeeping>().SweepAsync(Cancellation);

        var now = world.Time.GetUtcNow();
        Assert.Equal(
            new OutcomeFilter(Status: OutcomeStatus.Received, Since: now.AddDays(-3), Before: now.AddMinutes(-minutes)), asked);
    }

    [Fact]
    public async Task An_event_that_cannot_be_queued_is_found_again()
    {
        var broken = new Mock<IChangeQueue>(MockBehavior.Strict);
        broken.SetupSequence(
            queue => queue.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"))
            .Returns(Task.CompletedTask);
        await using var world = await World.StartAsync(services => services.AddSingleton(broken.Object));
        await world.AcceptAsync("wait", Event, "evt-1");
        world.Time.Advance(OneHour);

        await Assert.ThrowsAsync<IOException>(() => world.Get<Housekeeping>().SweepAsync(Cancellation));

        Assert.Equal(1, await world.Get<Housekeeping>().SweepAsync(Cancellation));
    }

    /// <summary>What a worker does before it sends, and died after.</summary>
    private static async Task LeavePendingAsync(World world)
    {
        var stamp = new Stamp(world.Time.GetUtcNow(), "evt-1", "wait");
        var ledger = UserLedger.Empty.Merge(
            [KeyValuePair.Create(new FieldName("email"), new Register(stamp, JsonSerializer.Serialize("ada@example.com")))]);
        Assert.NotNull(await world.Get<ILedgerStore>().TryWriteAsync(new UserKey(World.Account, World.UserId), ledger, null, Cancellation));
    }
}
