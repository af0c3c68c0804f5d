using Azure;
using Azure.Data.Tables;
using UserSync.Azure.Storage;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>
/// Outcomes and updates in two tables.
/// <para>
/// An outcome is one row in the order of time (<see cref="TimeKey"/>), which has everything, and one small row at the digest of source
/// and event id that says where the first is. Noting that an event was accepted costs two transactions, both writes; concluding it
/// three, one of them a write; a repetition of either two or three reads. A list reads the 16 shards at once: 16 transactions for a
/// page where the filter fits much. There is no second copy of the status anywhere that could be out of date.
/// </para>
/// <para>
/// An update is one row at the digest of its id, and one small row in the order of time from which it is forgotten again: two
/// transactions.
/// </para>
/// </summary>
public sealed class AzureOutcomeStore : IOutcomeStore
{
    private const int Parallelism = 32;
    private const int MostTries = 50;
    private const int MostReads = 5;

    private readonly StorageResource<TableClient> outcomes;
    private readonly UpdateTable updates;
    private readonly Pruning pruning;
    private readonly ContentBlobs blobs;
    private readonly TimeProvider time;

    internal AzureOutcomeStore(StorageAccount account, TimeProvider time)
    {
        outcomes = account.Outcomes;
        updates = new UpdateTable(account);
        pruning = new Pruning(account, updates, time);
        blobs = account.Blobs;
        this.time = time;
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The tables did not take them all.</exception>
    public Task ReceiveAsync(IReadOnlyList<Outcome> received, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(received);

        // All at once, so of an event that stands there twice, the first only: what is noted first stays.
        return EachAsync(received.DistinctBy(outcome => (outcome.Source, outcome.EventId)).ToList(), ReceiveAsync, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The tables did not take them all.</exception>
    public Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conclusions);

        // Several of one event one after the other, in their order.
        var events = conclusions.GroupBy(conclusion => (conclusion.Source, conclusion.EventId)).Select(group => group.ToList()).ToList();
        return EachAsync(events, ConcludeEachAsync, cancellationToken);

        async Task ConcludeEachAsync(List<Conclusion> ofOne, CancellationToken token)
        {
            foreach (var conclusion in ofOne)
            {
                await ConcludeAsync(conclusion, token);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table did not take it.</exception>
    public Task SaveAsync(Update update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        return updates.SaveAsync(update, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read.</exception>
    public async Task<Outcome?> FindAsync(string source, string eventId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(eventId);
        var digest = TableKey.Of(source, eventId);
        for (var reads = 0; reads < MostReads; reads++)
        {
            if (await OutcomeRow.LocateAsync(outcomes, digest, cancellationToken) is not { } key
                || await outcomes.FindAsync("read an outcome", key.Partition, key.Row, null, cancellationToken) is not { } row)
            {
                return null;
            }

            if (await OutcomeRow.ReadAsync(row, blobs, cancellationToken) is { } stored)
            {
                var content = await OutcomeRow.Event.GetAsync(row, blobs, cancellationToken) is { } json ? StoredEvent.Read(json) : null;
                return stored.ToOutcome(content);
            }

            // Somebody has concluded it anew since, and removed the blob of before.
        }

        throw AzureStoreException.ContentGone("read an outcome");
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read.</exception>
    public Task<Update?> FindUpdateAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return updates.FindAsync(id, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read.</exception>
    public async Task<OutcomePage> ListAsync(OutcomeFilter filter, string? cursor, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var start = cursor is null ? OutcomeCursor.Start : OutcomeCursor.Parse(cursor);
        var (rows, next) = await new OutcomeScan(outcomes, filter, time).ReadAsync(start, most, cancellationToken);
        var found = new List<Outcome>(rows.Count);
        foreach (var row in rows)
        {
            // What was changed since the list was read is not in it any more as it was asked for.
            if (await OutcomeRow.ReadAsync(row, blobs, cancellationToken) is { } stored)
            {
                found.Add(stored.ToOutcome(null));
            }
        }

        return new OutcomePage(found, next?.ToString());
    }

    /// <inheritdoc/>
    /// <remarks>
    /// One call works for a few minutes at most, so that it fits into a function; what is left is for the next. It also removes blobs
    /// that nothing refers to: of a write that was interrupted.
    /// </remarks>
    /// <exception cref="AzureStoreException">The tables cannot be reached.</exception>
    public Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => pruning.RunAsync(before, cancellationToken);

    private static Task EachAsync<T>(IReadOnlyList<T> items, Func<T, CancellationToken, Task> each, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count == 1
            ? each(items[0], cancellationToken)
            : Parallel.ForEachAsync(
                items,
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (item, token) => await each(item, token));
    }

    private async Task ReceiveAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var digest = TableKey.Of(outcome.Source, outcome.EventId);
        var key = TimeKey.Of(outcome.ReceivedAt, digest);
        var stored = StoredOutcome.Of(outcome);
        var content = StoredEvent.Of(outcome);

        // First where the outcome is to be, so that nobody else puts it elsewhere; whoever dies in between is finished by the next.
        if (await outcomes.TryAddAsync("note an event", OutcomeRow.Locator(digest, TimeKey.Left(outcome.ReceivedAt)), cancellationToken)
            && await TryAddAsync(key, stored, content, cancellationToken))
        {
            return;
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await OutcomeRow.LocateAsync(outcomes, digest, cancellationToken) is { } place)
            {
                if (await CompleteAsync(place, stored, content, cancellationToken))
                {
                    return;
                }
            }
            else
            {
                await outcomes.TryAddAsync(
                    "note an event", OutcomeRow.Locator(digest, TimeKey.Left(outcome.ReceivedAt)), cancellationToken);
            }
        }

        throw AzureStoreException.Contended("note an event");
    }

    /// <summary>
    /// Adds what is missing of an outcome that is known in part: nothing but its place, or, because its event was faster through the
    /// queue than its receiver here, only how it ended.
    /// </summary>
    private async Task<bool> CompleteAsync(TimeKey key, StoredOutcome stored, StoredEvent content, CancellationToken cancellationToken)
    {
        if (await outcomes.FindAsync("read an outcome", key.Partition, key.Row, OutcomeRow.Columns, cancellationToken) is not { } row)
        {
            return await TryAddAsync(key, stored, content, cancellationToken) && await IsFoundAsync(key, cancellationToken);
        }

        if (OutcomeRow.IsNoted(row))
        {
            return true;
        }

        if (await OutcomeRow.ReadAsync(row, blobs, cancellationToken) is not { } known)
        {
            return false;
        }

        var whole = await OutcomeRow.WriteAsync(
            key, stored with { Conclusion = known.Conclusion }, content, isNoted: true, blobs, cancellationToken);
        return await TryReplaceAsync(row, whole, cancellationToken);
    }

    private async Task ConcludeAsync(Conclusion conclusion, CancellationToken cancellationToken)
    {
        var digest = TableKey.Of(conclusion.Source, conclusion.EventId);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await OutcomeRow.LocateAsync(outcomes, digest, cancellationToken) is { } key)
            {
                if (await ConcludeAsync(key, conclusion, cancellationToken))
                {
                    return;
                }
            }
            else
            {
                // Nothing is known of the event, or not any more. Its end is kept all the same.
                await outcomes.TryAddAsync("conclude an event", OutcomeRow.Locator(digest, TimeKey.Left(conclusion.At)), cancellationToken);
            }
        }

        throw AzureStoreException.Contended("conclude an event");
    }

    private async Task<bool> ConcludeAsync(TimeKey key, Conclusion conclusion, CancellationToken cancellationToken)
    {
        if (await outcomes.FindAsync("read an outcome", key.Partition, key.Row, OutcomeRow.Columns, cancellationToken) is not { } row)
        {
            var end = await OutcomeRow.WriteAsync(key, StoredOutcome.Of(conclusion), null, isNoted: false, blobs, cancellationToken);
            return await TryAddAsync(end, cancellationToken) && await IsFoundAsync(key, cancellationToken);
        }

        if (await OutcomeRow.ReadAsync(row, blobs, cancellationToken) is not { } known)
        {
            return false;
        }

        if (!known.Conclusion.ToConclusion(known.Source, known.EventId).YieldsTo(conclusion))
        {
            return true;
        }

        var concluded = known with { Conclusion = StoredConclusion.Of(conclusion) };
        var next = await OutcomeRow.WriteAsync(key, concluded, null, OutcomeRow.IsNoted(row), blobs, cancellationToken);
        return await TryReplaceAsync(row, next, cancellationToken);
    }

    /// <summary>
    /// Makes sure that an outcome that was added where another row says is found there. Meanwhile the event's former outcome may have
    /// been forgotten, and with it the row that said so.
    /// </summary>
    /// <returns>
    /// Whether it is found there; otherwise the event has come once more and has its outcome elsewhere, and this one is removed.
    /// </returns>
    private async Task<bool> IsFoundAsync(TimeKey key, CancellationToken cancellationToken)
    {
        var digest = TimeKey.DigestOf(key.Row);
        if (await OutcomeRow.LocateAsync(outcomes, digest, cancellationToken) == key
            || await outcomes.TryAddAsync("note an event", OutcomeRow.Locator(digest, TimeKey.LeftOf(key.Row)), cancellationToken))
        {
            return true;
        }

        await outcomes.TryDeleteAsync("note an event", key.Partition, key.Row, ETag.All, cancellationToken);
        return false;
    }

    private async Task<bool> TryAddAsync(TimeKey key, StoredOutcome stored, StoredEvent content, CancellationToken cancellationToken) =>
        await TryAddAsync(await OutcomeRow.WriteAsync(key, stored, content, isNoted: true, blobs, cancellationToken), cancellationToken);

    // A blob of a row that was not added after all is left to pruning: the refusal may be that of a repetition, after a lost answer.
    private Task<bool> TryAddAsync(TableEntity row, CancellationToken cancellationToken) =>
        outcomes.TryAddAsync("note an event", row, cancellationToken);

    /// <summary>
    /// Writes what changed, where the row still is as it was read; what stays, the event's content, does not travel again.
    /// </summary>
    private async Task<bool> TryReplaceAsync(TableEntity known, TableEntity next, CancellationToken cancellationToken)
    {
        if (!await outcomes.TryUpdateAsync("conclude an event", next, known.ETag, TableUpdateMode.Merge, cancellationToken))
        {
            return false;
        }

        if (OutcomeRow.Content.BlobOf(known) is { } former)
        {
            await blobs.DiscardAsync(former, cancellationToken);
        }

        return true;
    }
}
