using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;

namespace Stores.Tests.Azure;

/// <summary>Transactions are what an account charges for, and what it has a limit of.</summary>
public sealed class TransactionTests : AzureTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Wire wire = new();

    public TransactionTests(AzuriteServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task An_event_costs_as_many_as_the_documentation_says()
    {
        var stores = Fixture.Open(wire.Connect);
        await WarmUpAsync(stores);
        var ended = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time);

        Assert.Equal(1, await CountAsync(() => stores.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation)));
        Assert.Equal(2, await CountAsync(() => stores.Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation)));
        Assert.Equal(3, await CountAsync(() => stores.Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation)));
        IReadOnlyList<QueuedMessage> taken = [];
        Assert.Equal(1, await CountAsync(async () => taken = await stores.Queue.ReceiveAsync(24, Minute, TimeSpan.Zero, Cancellation)));
        var row = LedgerRow.None;
        Assert.Equal(
            1, await CountAsync(
                () => stores.Ledgers.TryWriteAsync(new UserKey("a", "ada"), Samples.Ledger("a"), null, Cancellation).AsTask()));
        Assert.Equal(1, await CountAsync(async () => row = await stores.Ledgers.ReadAsync(new UserKey("a", "ada"), Cancellation)));
        Assert.Equal(
            1, await CountAsync(
                () => stores.Ledgers.TryWriteAsync(new UserKey("a", "ada"), Samples.Ledger("b"), row.Version, Cancellation).AsTask()));
        Assert.Equal(2, await CountAsync(() => stores.Outcomes.SaveAsync(NewUpdate(), Cancellation)));
        Assert.Equal(3, await CountAsync(() => stores.Outcomes.ConcludeAsync([ended], Cancellation)));
        Assert.Equal(2, await CountAsync(() => stores.Outcomes.ConcludeAsync([ended], Cancellation)));
        Assert.Equal(1, await CountAsync(() => stores.Queue.CompleteAsync(taken[0], Cancellation)));
        Assert.Equal(
            16, await CountAsync(() => stores.Outcomes.ListAsync(new OutcomeFilter(Status: OutcomeStatus.Failed), null, 50, Cancellation)));
    }

    [Fact]
    public async Task Old_outcomes_are_forgotten_together()
    {
        var stores = Fixture.Open(wire.Connect);
        await stores.Outcomes.ConcludeAsync(
            [.. Enumerable.Range(0, 160).Select(i => Samples.Ended($"evt-{i}", OutcomeStatus.Applied, Samples.Time))], Cancellation);
        await stores.Outcomes.PruneAsync(Samples.Time.AddDays(-1), Cancellation);

        var count = await CountAsync(() => stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));

        // The location of each, 16 shards read and written for the outcomes and read for the updates, and the blobs once.
        Assert.InRange(count, 160, 160 + (3 * 16) + 1);
    }

    [Fact]
    public async Task Rows_spread_over_all_shards()
    {
        await Stores.Outcomes.ConcludeAsync(
            [.. Enumerable.Range(0, 320).Select(i => Samples.Ended($"evt-{i}", OutcomeStatus.Applied, Samples.Time))], Cancellation);

        var perShard = (
            await RowsAsync(Account.Outcomes)).Where(row => row.PartitionKey[0] == 't').CountBy(row => row.PartitionKey[1]).ToList();

        Assert.Equal(16, perShard.Count);
        Assert.All(perShard, shard => Assert.InRange(shard.Value, 5, 60));
    }

    private static Update NewUpdate() => new()
    {
        Id = "update-1",
        Account = "a",
        UserId = "ada",
        Patch = Samples.Json("{}"),
        StartedAt = Samples.Time,
        Duration = TimeSpan.Zero,
        Events = 1,
    };

    /// <summary>Creates what is missing, so that it does not count.</summary>
    private static async Task WarmUpAsync(StoreSet stores)
    {
        await stores.Queue.MeasureAsync(Cancellation);
        await stores.Ledgers.ReadAsync(new UserKey("a", "b"), Cancellation);
        await stores.Outcomes.FindAsync("a", "b", Cancellation);
        await stores.Outcomes.FindUpdateAsync("a", Cancellation);
    }

    private async Task<int> CountAsync(Func<Task> work)
    {
        var before = wire.Requests.Count;
        await work();
        return wire.Requests.Count - before;
    }
}
