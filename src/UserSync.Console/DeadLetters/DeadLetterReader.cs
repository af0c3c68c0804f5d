using UserSync.Outcomes;

namespace UserSync.Console.DeadLetters;

/// <summary>Finds the events that ended without being applied.</summary>
/// <param name="outcomes">What became of events.</param>
public sealed class DeadLetterReader(IOutcomeStore outcomes)
{
    private const int PageSize = 500;
    private const int MostEvents = 5000;
    private const int MostPages = 40;
    private const int Shown = 20;

    /// <summary>The events by cause.</summary>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<DeadLetterList> ReadAsync(CancellationToken cancellationToken)
    {
        var (failed, allFailed) = await ListAsync(new OutcomeFilter(Status: OutcomeStatus.Failed), _ => true, MostEvents, cancellationToken);
        var (dead, allDead) = await ListAsync(new OutcomeFilter(Status: OutcomeStatus.DeadLettered), _ => true, MostEvents, cancellationToken);
        var groups =
            from outcome in failed.Concat(dead)
            group outcome by (outcome.Source, outcome.Conclusion.Status, Cause: CauseOf(outcome)) into events
            let latest = events.OrderByDescending(outcome => outcome.Conclusion.At).ToList()
            orderby latest.Count descending, events.Key
            select new DeadGroup(
                events.Key.Source,
                events.Key.Status,
                events.Key.Cause,
                latest[0].Conclusion.Failure?.Reason ?? string.Empty,
                latest.Count,
                latest[^1].Conclusion.At,
                latest[0].Conclusion.At,
                [.. latest.Take(Shown)]);
        return new DeadLetterList([.. groups], allFailed && allDead);
    }

    /// <summary>How many there are, and whether that is all; no more than a page of each kind is counted.</summary>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<(int Count, bool IsWhole)> CountAsync(CancellationToken cancellationToken)
    {
        var failed = await outcomes.ListAsync(new OutcomeFilter(Status: OutcomeStatus.Failed), null, PageSize, cancellationToken);
        var dead = await outcomes.ListAsync(new OutcomeFilter(Status: OutcomeStatus.DeadLettered), null, PageSize, cancellationToken);
        return (failed.Outcomes.Count + dead.Outcomes.Count, failed.Cursor is null && dead.Cursor is null);
    }

    /// <summary>Events of one group, the latest received first.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="status">Its status.</param>
    /// <param name="cause">Its cause.</param>
    /// <param name="before">Those that ended at this time or before.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The events, without their content, and whether these are all.</returns>
    internal Task<(IReadOnlyList<Outcome> Events, bool IsWhole)> ReadAsync(
        string source, OutcomeStatus status, string cause, DateTimeOffset before, int most, CancellationToken cancellationToken) => ListAsync(
        new OutcomeFilter(source, status), outcome => CauseOf(outcome) == cause && outcome.Conclusion.At <= before, most, cancellationToken);

    private static string CauseOf(Outcome outcome) => outcome.Conclusion.Failure?.Cause ?? "unknown";

    private async Task<(IReadOnlyList<Outcome> Events, bool IsWhole)> ListAsync(
        OutcomeFilter filter, Func<Outcome, bool> fits, int most, CancellationToken cancellationToken)
    {
        var found = new List<Outcome>();
        string? cursor = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await outcomes.ListAsync(filter, cursor, PageSize, cancellationToken);
            found.AddRange(page.Outcomes.Where(fits));
            cursor = page.Cursor;
            if (cursor is null || found.Count > most)
            {
                break;
            }
        }

        return found.Count > most ? (found[..most], false) : (found, cursor is null);
    }
}
