using Azure;
using Azure.Data.Tables;
using UserSync.Azure.Storage;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>
/// Forgets what is old enough: two transactions for an outcome or an update, of which those in the order of time go by the hundred. An
/// outcome that is still open stays, however old.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="updates">The updates.</param>
/// <param name="time">The clock.</param>
internal sealed class Pruning(StorageAccount account, UpdateTable updates, TimeProvider time)
{
    /// <summary>How many rows are read at a time: as many as the service hands out.</summary>
    internal const int PageSize = 1000;

    private const int MostOfTransaction = 100;
    private const int ShardParallelism = 4;
    private const int Parallelism = 16;

    // A function on the Consumption plan ends after five minutes.
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(4);

    private readonly StorageResource<TableClient> outcomes = account.Outcomes;
    private readonly BlobSweep sweep = new(account, updates, time);

    /// <summary>Forgets outcomes and updates of before a time, and blobs that nothing refers to.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many outcomes were forgotten.</returns>
    internal async Task<long> RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var left = TimeKey.Left(before);
        var count = 0L;

        // Should time run out, it is not always the same shards that wait.
        var shards = TimeKey.Shards.ToCharArray();
        Random.Shared.Shuffle(shards);
        await Parallel.ForEachAsync(
            shards,
            new ParallelOptions { MaxDegreeOfParallelism = ShardParallelism, CancellationToken = cancellationToken },
            async (shard, token) =>
            {
                await EachPageAsync(
                    begun,
                    (position, pageToken) => PageAsync(shard, left, position, pageToken),
                    async (rows, pageToken) => Interlocked.Add(ref count, await ForgetAsync(rows, pageToken)),
                    token);
                await EachPageAsync(
                    begun,
                    (position, pageToken) => updates.PageAsync(shard, left, position, pageToken),
                    (rows, pageToken) => EachAsync(rows, updates.ForgetAsync, pageToken),
                    token);
            });
        await sweep.RunAsync(() => HasTime(begun), cancellationToken);
        return count;
    }

    private static Task EachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> each, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (item, token) => await each(item, token));

    private bool HasTime(long begun) => time.GetElapsedTime(begun) < MostTime;

    private async Task EachPageAsync(
        long begun,
        Func<string?, CancellationToken, Task<(IReadOnlyList<TableEntity> Rows, string? Next)>> read,
        Func<IReadOnlyList<TableEntity>, CancellationToken, Task> forget,
        CancellationToken cancellationToken)
    {
        string? position = null;
        do
        {
            (var rows, position) = await read(position, cancellationToken);
            await forget(rows, cancellationToken);
        }
        while (position is not null && HasTime(begun));
    }

    private Task<(IReadOnlyList<TableEntity> Rows, string? Next)> PageAsync(
        char shard, long left, string? position, CancellationToken cancellationToken) => outcomes.PageAsync(
            "list outcomes",
            $"{TimeKey.EarlierThan(shard, left)} and {OutcomeRow.StatusColumn} ne '{Words.Of(OutcomeStatus.Received)}'",
            ["PartitionKey", "RowKey", OutcomeRow.Content.FormColumn, OutcomeRow.Event.FormColumn],
            PageSize,
            position,
            cancellationToken);

    private async Task<int> ForgetAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        var count = 0;
        var partitions = rows.GroupBy(row => row.PartitionKey, StringComparer.Ordinal);
        foreach (var some in partitions.SelectMany(partition => partition.Chunk(MostOfTransaction)))
        {
            // First what says where they are: an outcome that nobody finds is found here again, should this be interrupted.
            await EachAsync(
                some, (row, token) => OutcomeRow.ForgetLocationAsync(outcomes, TimeKey.DigestOf(row.RowKey), token), cancellationToken);
            if (await TryDeleteAsync(some, cancellationToken))
            {
                count += some.Length;
                await EachAsync(some, RemoveBlobsAsync, cancellationToken);
                continue;
            }

            foreach (var row in some)
            {
                count += await ForgetAsync(row, cancellationToken) ? 1 : 0;
            }
        }

        return count;
    }

    private Task<bool> TryDeleteAsync(TableEntity[] rows, CancellationToken cancellationToken) => outcomes.TryAsync(
        "forget outcomes",
        (client, token) => client.SubmitTransactionAsync(
            rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag)), token),
        refusal => refusal.Status is 404 or 412,
        cancellationToken);

    /// <summary>Forgets one of several that could not be forgotten together. One that was opened again meanwhile stays.</summary>
    private async Task<bool> ForgetAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var isDeleted = await outcomes.TryDeleteAsync("forget an outcome", row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        if (!isDeleted
            && await outcomes.FindAsync("read an outcome", row.PartitionKey, row.RowKey, ["RowKey"], cancellationToken) is not null)
        {
            var locator = OutcomeRow.Locator(TimeKey.DigestOf(row.RowKey), TimeKey.LeftOf(row.RowKey));
            if (await outcomes.TryAddAsync("keep an outcome", locator, cancellationToken))
            {
                return false;
            }

            // The event has come once more, and has its outcome elsewhere now.
            await outcomes.TryDeleteAsync("forget an outcome", row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        }

        await RemoveBlobsAsync(row, cancellationToken);
        return true;
    }

    private async Task RemoveBlobsAsync(TableEntity row, CancellationToken cancellationToken)
    {
        foreach (var blob in new[] { OutcomeRow.Content.BlobOf(row), OutcomeRow.Event.BlobOf(row) }.OfType<string>())
        {
            await account.Blobs.DiscardAsync(blob, cancellationToken);
        }
    }
}
