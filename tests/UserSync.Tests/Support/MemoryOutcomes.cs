using System.Globalization;
using UserSync.Outcomes;

namespace UserSync.Tests.Support;

/// <summary>Outcomes in memory. The time goes one way, so that what was received last is what was put here last.</summary>
internal sealed class MemoryOutcomes(Steps steps) : IOutcomeStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Source, string EventId), Row> rows = [];
    private readonly Dictionary<string, Update> updates = new(StringComparer.Ordinal);
    private long number;

    internal IReadOnlyList<Outcome> All => Locked(() => rows.Values.Select(row => row.Outcome).ToList());

    /// <summary>The only outcome that there is.</summary>
    internal Outcome Only => Assert.Single(All);

    /// <summary>The updates that Truto took.</summary>
    internal IReadOnlyList<Update> Updates => Locked(() => updates.Values.Where(update => update.Failure is null).ToList());

    /// <summary>The attempts that failed.</summary>
    internal IReadOnlyList<Update> FailedAttempts => Locked(() => updates.Values.Where(update => update.Failure is not null).ToList());

    /// <summary>Forgets an update, as it is done when it is old.</summary>
    internal void Forget(string updateId) => Locked(() => updates.Remove(updateId));

    public async Task ReceiveAsync(IReadOnlyList<Outcome> received, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        lock (gate)
        {
            foreach (var given in received)
            {
                // The delivery that it came with is gone by the time that somebody looks.
                var outcome = given with { Event = given.Event?.Clone() };
                var key = (outcome.Source, outcome.EventId);
                if (!rows.TryGetValue(key, out var row))
                {
                    rows[key] = new Row(outcome, IsNoted: true, ++number);
                }
                else if (!row.IsNoted)
                {
                    // It ended before it was noted.
                    rows[key] = row with { Outcome = outcome with { ReceivedAt = row.Outcome.ReceivedAt, Conclusion = row.Outcome.Conclusion }, IsNoted = true };
                }
            }
        }
    }

    public async Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        lock (gate)
        {
            foreach (var conclusion in conclusions)
            {
                Conclude(conclusion);
            }
        }

        await steps.StepAsync();
    }

    public async Task SaveAsync(Update update, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        lock (gate)
        {
            updates[update.Id] = update;
        }
    }

    public Task<Outcome?> FindAsync(string source, string eventId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Locked(() => rows.GetValueOrDefault((source, eventId))?.Outcome));
    }

    public Task<Update?> FindUpdateAsync(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Locked(() => updates.GetValueOrDefault(id)));
    }

    public Task<OutcomePage> ListAsync(OutcomeFilter filter, string? cursor, int most, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var after = cursor is null ? long.MaxValue : long.Parse(cursor, NumberStyles.None, CultureInfo.InvariantCulture);
        var found = Locked(() => rows.Values.Where(row => row.Number < after && Fits(row.Outcome, filter)).OrderByDescending(row => row.Number).Take(most + 1).ToList());
        var page = found[..Math.Min(most, found.Count)];
        return Task.FromResult(new OutcomePage(
            [.. page.Select(row => row.Outcome with { Event = null, Headers = null })],
            found.Count > most ? page[^1].Number.ToString(CultureInfo.InvariantCulture) : null));
    }

    public async Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        lock (gate)
        {
            var old = rows.Where(row => row.Value.Outcome.ReceivedAt < before && row.Value.Outcome.Conclusion.Status != OutcomeStatus.Received).Select(row => row.Key).ToList();
            old.ForEach(key => rows.Remove(key));
            updates.Values.Where(update => update.StartedAt < before).Select(update => update.Id).ToList().ForEach(id => updates.Remove(id));
            return old.Count;
        }
    }

    private static bool Fits(Outcome outcome, OutcomeFilter filter) =>
        (filter.Source is null || outcome.Source == filter.Source)
        && (filter.Status is null || outcome.Conclusion.Status == filter.Status)
        && (filter.UserId is null || outcome.Conclusion.UserId == filter.UserId)
        && (filter.Since is null || outcome.ReceivedAt >= filter.Since)
        && (filter.Before is null || outcome.ReceivedAt < filter.Before);

    private void Conclude(Conclusion conclusion)
    {
        var key = (conclusion.Source, conclusion.EventId);
        steps.Note($"conclude {conclusion} {conclusion.SkipReason} {conclusion.Failure?.Cause}");
        if (!rows.TryGetValue(key, out var row))
        {
            var outcome = new Outcome { Source = conclusion.Source, EventId = conclusion.EventId, OccurredAt = conclusion.At, ReceivedAt = conclusion.At, Conclusion = conclusion };
            rows[key] = new Row(outcome, IsNoted: false, ++number);
        }
        else if (row.Outcome.Conclusion.YieldsTo(conclusion))
        {
            rows[key] = row with { Outcome = row.Outcome with { Conclusion = conclusion } };
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }

    /// <summary>An outcome, whether the event was noted when it was received, and the how manyth it is.</summary>
    private sealed record Row(Outcome Outcome, bool IsNoted, long Number);
}
