using Stores.Tests.Contract;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

public sealed class ProcessTests : IAsyncLifetime
{
    // How much another process has to have said until it counts as being at work.
    private const int Some = 200;

    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Everything_that_a_process_was_told_is_durable_is_there_after_it_was_killed()
    {
        for (var round = 0; round < 3; round++)
        {
            var path = fixture.PathOf($"killed-{round}.db");
            using var process = WritingProcess.Start(path);
            var said = await ReadAsync(process, Some * (round + 1));
            said.AddRange(await process.KillAsync(Cancellation));

            using var database = SqliteDatabase.Open(path);
            await AssertHoldsAsync(database, said);
            Assert.Equal("ok", SqliteFixture.Ask(database, "PRAGMA integrity_check"));
        }
    }

    [Fact]
    public async Task A_process_that_was_killed_leaves_nothing_locked()
    {
        using var process = WritingProcess.Start(fixture.DatabasePath);
        await ReadAsync(process, Some);
        await process.KillAsync(Cancellation);

        Assert.NotNull(await fixture.Stores.Ledgers.TryWriteAsync(WritingProcess.UserOf("mine"), Samples.Ledger("mine"), null, Cancellation));
    }

    [Fact]
    public async Task Two_processes_write_the_same_file_at_the_same_time_and_lose_nothing()
    {
        using var process = WritingProcess.Start(fixture.DatabasePath);
        var said = await ReadAsync(process, 1);
        var mine = new List<string>();
        while (said.Count < Some)
        {
            var id = $"mine-{mine.Count}";
            await fixture.Stores.Queue.EnqueueAsync([Samples.Message(id)], TimeSpan.Zero, Cancellation);
            await fixture.Stores.Ledgers.TryWriteAsync(WritingProcess.UserOf(id), Samples.Ledger(id), null, Cancellation);
            await fixture.Stores.Outcomes.ReceiveAsync([Samples.Received(id, Samples.Time)], Cancellation);
            mine.Add(id);
            said.AddRange(await ReadAsync(process, 1));
        }

        said.AddRange(await process.KillAsync(Cancellation));
        await AssertHoldsAsync(fixture.Database, [.. said, .. mine]);
    }

    private static async Task<List<string>> ReadAsync(WritingProcess process, int count)
    {
        var ids = new List<string>(count);
        while (ids.Count < count)
        {
            var id = await process.ReadIdAsync(Cancellation);
            ids.Add(id ?? throw new InvalidOperationException("The other process has ended by itself."));
        }

        return ids;
    }

    private static async Task AssertHoldsAsync(SqliteDatabase database, IReadOnlyList<string> ids)
    {
        var queue = new SqliteChangeQueue(database, TimeProvider.System);
        var ledgers = new SqliteLedgerStore(database);
        var outcomes = new SqliteOutcomeStore(database);
        var queued = new HashSet<string?>(StringComparer.Ordinal);
        while (await queue.ReceiveAsync(1000, TimeSpan.FromHours(1), TimeSpan.Zero, Cancellation) is { Count: > 0 } messages)
        {
            queued.UnionWith(messages.Select(message => Samples.Read(message).Id));
        }

        Assert.All(ids, id => Assert.Contains(id, queued));
        foreach (var id in ids)
        {
            var row = await ledgers.ReadAsync(WritingProcess.UserOf(id), Cancellation);
            var outcome = await outcomes.FindAsync("workos", id, Cancellation);
            Assert.Equal(Samples.Text(Samples.Ledger(id)), Samples.Text(row.Ledger));
            Assert.Equal(Samples.Text(Samples.Received(id, Samples.Time)), Samples.Text(outcome));
        }
    }
}
