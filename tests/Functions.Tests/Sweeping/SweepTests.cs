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
