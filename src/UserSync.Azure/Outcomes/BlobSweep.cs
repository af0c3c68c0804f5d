using Azure.Storage.Blobs.Models;
using UserSync.Azure.Ledger;
using UserSync.Azure.Storage;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>
/// Removes blobs that nothing refers to: of a writer that was interrupted between the blob and its row or message, and of a message that
/// the Functions host removed without saying so.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="updates">The updates.</param>
/// <param name="time">The clock.</param>
internal sealed class BlobSweep(StorageAccount account, UpdateTable updates, TimeProvider time)
{
    private const int Parallelism = 16;

    // Whoever wrote it has long written the row by then.
    private static readonly TimeSpan LeastAge = TimeSpan.FromDays(1);

    // A message can be delayed for seven days. One that waits for longer is that of an open event, which is looked up.
    private static readonly TimeSpan LeastAgeOfMessage = TimeSpan.FromDays(14);

    /// <summary>Removes what is old enough and not referred to.</summary>
    /// <param name="hasTime">Whether there is time for more.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal async Task RunAsync(Func<bool> hasTime, CancellationToken cancellationToken)
    {
        string? position = null;
        do
        {
            var page = await account.Blobs.ListAsync(position, cancellationToken);
            await Parallel.ForEachAsync(
                page.Values.Where(IsOld),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (blob, token) =>
                {
                    if (!await IsUsedAsync(blob.Name, token))
                    {
                        await account.Blobs.RemoveAsync(blob.Name, token);
                    }
                });
            position = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(position) && hasTime());
    }

    private bool IsOld(BlobItem blob)
    {
        var age = time.GetUtcNow() - blob.Properties.CreatedOn;
        return age > (ContentBlobs.IsName(blob.Name, ContentBlobs.Messages) ? LeastAgeOfMessage : LeastAge);
    }

    /// <summary>Whether somebody refers to a blob, or it is none of those that are written here.</summary>
    private async Task<bool> IsUsedAsync(string blob, CancellationToken cancellationToken)
    {
        var (kind, digest) = blob.Split('/') is [var first, var second, _] && ContentBlobs.IsName(blob, first) ? (first, second) : ("", "");
        return kind switch
        {
            ContentBlobs.Messages => await IsOpenAsync(digest, cancellationToken),
            ContentBlobs.Ledgers => await AzureLedgerStore.BlobAsync(account.Ledgers, digest, cancellationToken) == blob,
            ContentBlobs.Updates => await updates.BlobAsync(digest, cancellationToken) == blob,
            ContentBlobs.Outcomes => await IsOfOutcomeAsync(digest, blob, cancellationToken),
            _ => true,
        };
    }

    private async Task<bool> IsOpenAsync(string digest, CancellationToken cancellationToken)
    {
        string[] columns = [OutcomeRow.StatusColumn];
        return await OutcomeRow.LocateAsync(account.Outcomes, digest, cancellationToken) is { } key
            && await account.Outcomes.FindAsync("read an outcome", key.Partition, key.Row, columns, cancellationToken) is { } row
            && Words.Status(row.GetString(OutcomeRow.StatusColumn)) == OutcomeStatus.Received;
    }

    private async Task<bool> IsOfOutcomeAsync(string digest, string blob, CancellationToken cancellationToken)
    {
        string[] columns = [OutcomeRow.Content.FormColumn, OutcomeRow.Event.FormColumn];
        return await OutcomeRow.LocateAsync(account.Outcomes, digest, cancellationToken) is { } key
            && await account.Outcomes.FindAsync("read an outcome", key.Partition, key.Row, columns, cancellationToken) is { } row
            && (OutcomeRow.Content.BlobOf(row) == blob || OutcomeRow.Event.BlobOf(row) == blob);
    }
}
