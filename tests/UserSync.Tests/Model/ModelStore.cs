using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;

namespace UserSync.Tests.Model;

/// <summary>
/// Queue, ledgers and outcomes in memory, each operation with a step before it and a step after it, so that a worker can die before an
/// operation or just after it.
/// </summary>
internal sealed class ModelStore(Scheduler scheduler, TimeProvider time) : IChangeQueue, ILedgerStore, IOutcomeStore
{
    private readonly List<Entry> queue = [];
    private readonly Dictionary<UserKey, (ReadOnlyMemory<byte> Json, int Version)> ledgers = [];
    private readonly Dictionary<(string Source, string EventId), Outcome> outcomes = [];
    private readonly Dictionary<string, Update> updates = new(StringComparer.Ordinal);
    private int receipts;

    public bool IsEmpty => queue.Count == 0;

    public bool HasVisible => queue.Exists(entry => entry.VisibleAt <= time.GetUtcNow());

    public IEnumerable<Outcome> Outcomes => outcomes.Values;

    public IEnumerable<KeyValuePair<UserKey, UserLedger>> Ledgers => ledgers.Select(entry => KeyValuePair.Create(entry.Key, LedgerJson.Read(entry.Value.Json)));

    /// <summary>Breaks the compare-and-swap: every write succeeds.</summary>
    public bool IgnoresVersions { get; init; }

    /// <summary>Breaks the lease: nobody ever sees one.</summary>
    public bool ForgetsLeases { get; init; }

    public async Task EnqueueAsync(IReadOnlyList<ChangeMessage> messages, TimeSpan delay, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            await scheduler.StepAsync();
            queue.Add(new Entry(ChangeMessageJson.Write(message), time.GetUtcNow() + delay));
            scheduler.Note($"enqueue {message.Id} at {message.OccurredAt:ss} {message.Event}");
        }

        await scheduler.StepAsync();
    }

    public async Task<IReadOnlyList<QueuedMessage>> ReceiveAsync(int most, TimeSpan hidden, TimeSpan patience, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync(() => HasVisible);
        var entry = queue.Find(candidate => candidate.VisibleAt <= time.GetUtcNow());
        if (entry is null)
        {
            return [];
        }

        var hiddenUntil = entry.VisibleAt = time.GetUtcNow() + hidden;
        var receipt = entry.Receipt = $"{++receipts}";
        entry.Count++;
        scheduler.Note($"receive {System.Text.Encoding.UTF8.GetString(entry.Body.Span)}");

        // To the back, so that the next worker finds another message.
        queue.Remove(entry);
        queue.Add(entry);
        await scheduler.StepAsync();
        return [new QueuedMessage(receipt, entry.Body, entry.Count, hiddenUntil)];
    }

    public async Task CompleteAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        queue.RemoveAll(entry => entry.Receipt == message.Receipt);
        await scheduler.StepAsync();
    }

    public async Task ReplaceAsync(QueuedMessage message, ChangeMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        queue.Add(new Entry(ChangeMessageJson.Write(next), time.GetUtcNow() + delay));
        scheduler.Note($"replace {next.Id} delay {delay.TotalSeconds} attempt {next.Attempt} alone {next.Alone}");
        await CompleteAsync(message, cancellationToken);
    }

    public Task ReleaseAsync(QueuedMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public async ValueTask<LedgerRow> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        if (!ledgers.TryGetValue(user, out var row))
        {
            return LedgerRow.None;
        }

        var ledger = LedgerJson.Read(row.Json);
        return new LedgerRow(ForgetsLeases ? ledger with { Lease = null } : ledger, $"{row.Version}");
    }

    public async ValueTask<bool> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        var exists = ledgers.TryGetValue(user, out var row);
        if (!IgnoresVersions && (exists ? $"{row.Version}" : null) != version)
        {
            return false;
        }

        ledgers[user] = (LedgerJson.Write(ledger), row.Version + 1);
        scheduler.Note($"write {user.UserId} {System.Text.Encoding.UTF8.GetString(LedgerJson.Write(ledger).Span)}");
        await scheduler.StepAsync();
        return true;
    }

    public async Task ReceiveAsync(IReadOnlyList<Outcome> received, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        foreach (var outcome in received)
        {
            outcomes.TryAdd((outcome.Source, outcome.EventId), outcome);
        }
    }

    public async Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        foreach (var conclusion in conclusions)
        {
            var key = (conclusion.Source, conclusion.EventId);
            scheduler.Note($"conclude {conclusion} {conclusion.SkipReason} {conclusion.Failure?.Cause}");
            if (!outcomes.TryGetValue(key, out var known))
            {
                outcomes[key] = new Outcome { Source = conclusion.Source, EventId = conclusion.EventId, OccurredAt = conclusion.At, ReceivedAt = conclusion.At, Conclusion = conclusion };
            }
            else if (known.Conclusion.YieldsTo(conclusion))
            {
                outcomes[key] = known with { Conclusion = conclusion };
            }
        }

        await scheduler.StepAsync();
    }

    public async Task SaveAsync(Update update, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        updates[update.Id] = update;
    }

    public Task<Outcome?> FindAsync(string source, string eventId, CancellationToken cancellationToken) => Task.FromResult(outcomes.GetValueOrDefault((source, eventId)));

    public Task<Update?> FindUpdateAsync(string id, CancellationToken cancellationToken) => Task.FromResult(updates.GetValueOrDefault(id));

    public Task<OutcomePage> ListAsync(OutcomeFilter filter, string? cursor, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Entry(ReadOnlyMemory<byte> body, DateTimeOffset visibleAt)
    {
        public ReadOnlyMemory<byte> Body { get; } = body;

        public DateTimeOffset VisibleAt { get; set; } = visibleAt;

        public string Receipt { get; set; } = string.Empty;

        public int Count { get; set; }
    }
}
