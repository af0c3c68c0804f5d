using Microsoft.Extensions.Options;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Processing;

/// <summary>
/// Sends events through processing again, as they were received: with a mapping that was corrected, or after a cause has gone. A
/// replay never overwrites what is newer, and doing it twice changes nothing.
/// </summary>
/// <param name="sources">The configured sources.</param>
/// <param name="outcomes">Where the events are kept.</param>
/// <param name="records">Supplies events with their records.</param>
/// <param name="finder">Finds the users whose ids events do not say.</param>
/// <param name="ledgers">The ledgers.</param>
/// <param name="queue">Where replayed events go.</param>
/// <param name="options">Whether unchanged values are sent again, where a source does not say.</param>
/// <param name="time">The clock.</param>
public sealed class Replayer(
    SourceCatalog sources,
    IOutcomeStore outcomes,
    RecordSupplier records,
    UserFinder finder,
    ILedgerStore ledgers,
    IChangeQueue queue,
    IOptions<ProcessingOptions> options,
    TimeProvider time)
{
    /// <summary>Whether an event can be replayed; otherwise why not.</summary>
    /// <param name="outcome">The event's outcome.</param>
    public string? WhyNot(Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Event is null ? "The event's content is not kept."
            : sources.Find(outcome.Source) is null ? $"There is no source \"{outcome.Source}\" that can run."
            : outcome.Conclusion.Status == OutcomeStatus.Received ? "The event is still being processed."
            : null;
    }

    /// <summary>Replays an event.</summary>
    /// <param name="outcome">Its outcome, with the event's content.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task ReplayAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var change = EventOf(outcome) with { Replay = Math.Max(outcome.Conclusion.Replay + 1, time.GetUtcNow().ToUnixTimeMilliseconds()) };

        // In this order: an event that is open but not on the queue would stay so for ever. One that has ended meanwhile stays ended.
        await queue.EnqueueAsync([MessageProcessor.MessageOf(change)], TimeSpan.Zero, cancellationToken);
        await outcomes.ConcludeAsync(
            [new Conclusion(change.Source, change.Id, OutcomeStatus.Received, time.GetUtcNow()) { Replay = change.Replay }], CancellationToken.None);
    }

    /// <summary>What a replay would do. Nothing is changed; a record is fetched as the replay would.</summary>
    /// <param name="outcome">The event's outcome, with the event's content.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Forecast> ForecastAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var source = sources.Find(outcome.Source)!;
        var change = EventOf(outcome) with { Replay = outcome.Conclusion.Replay + 1 };
        try
        {
            if (!source.Events.Takes(change))
            {
                return new Forecast("filtered", null, null, []);
            }
        }
        catch (ExpressionException exception)
        {
            return new Forecast("failed", null, null, [$"when: {exception.Message}"]);
        }

        var supply = await records.SupplyAsync(source, change, default, cancellationToken);
        if (supply.Disposition is { } disposition)
        {
            return disposition is { Ending.Conclusion.SkipReason: { } reason }
                ? new Forecast(Words.Of(reason), null, null, [])
                : new Forecast("failed", null, null, [ReasonOf(disposition)]);
        }

        change = supply.Change;
        var user = source.Map(change);
        if (user.Problems.Count > 0)
        {
            return new Forecast("failed", user.UserId, null, [.. user.Problems.Select(problem => problem.ToString())]);
        }

        var patch = JsonText.Write(user.Patch.WriteTo);
        if (user.Search is not null)
        {
            // Only what is known already: a forecast reads no directory and creates nobody.
            if (await finder.RecallAsync(source, user, cancellationToken) is not { } id)
            {
                return new Forecast("not-found", null, patch, ["Nobody is known by what the event says; the replay itself reads the directory."]);
            }

            user = user with { UserId = id };
        }

        if (user.Patch.IsEmpty)
        {
            return new Forecast("unchanged", user.UserId, patch, []);
        }

        var entry = LedgerEntry.Of(change, user.Patch);
        var row = await ledgers.ReadAsync(new UserKey(source.Truto.Account, user.UserId), cancellationToken);
        var ledger = row.Ledger.Merge(entry);
        ledger = source.Truto.SendUnchanged ?? options.Value.SendUnchanged ? ledger : ledger.AcknowledgeUnchanged(entry);
        switch (ledger.StandingOf(entry))
        {
            case Standing.Stale:
                return new Forecast("stale", user.UserId, patch, []);
            case Standing.Acknowledged:
                return new Forecast("unchanged", user.UserId, patch, []);
            default:
                var missing = source.Mapping.MissingIn(user.Patch).Where(problem => !Supplies(ledger, problem.Field)).Select(problem => problem.ToString()).ToList();
                return new Forecast(missing.Count == 0 ? "sent" : "failed", user.UserId, patch, missing);
        }
    }

    private static string ReasonOf(Disposition disposition) =>
        (disposition.Ending?.Conclusion.Failure ?? disposition.Failure)?.Reason
        ?? "The record has just been fetched; ask again in a few seconds.";

    private static bool Supplies(UserLedger ledger, string field) => ledger.Fields.TryGetValue(new FieldName(field), out var known) && known.Newest.Value != "null";

    /// <summary>The event of an outcome, as it was received.</summary>
    /// <param name="outcome">The outcome, with the event's content.</param>
    public static ChangeEvent EventOf(Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new ChangeEvent
        {
            Source = outcome.Source,
            Id = outcome.EventId,
            Type = outcome.EventType,
            OccurredAt = outcome.OccurredAt,
            ReceivedAt = outcome.ReceivedAt,
            Data = outcome.Event!.Value,
            Headers = outcome.Headers,
            Replay = outcome.Conclusion.Replay,
            TraceParent = outcome.TraceParent,
        };
    }
}
