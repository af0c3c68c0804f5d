using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Truto.Http;
using UserSync.Expressions;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Processing;

/// <summary>Takes one change event through an attempt: filter, fetch its record, map, find the CRM user, bring it up to date.</summary>
/// <param name="updater">Brings users up to date.</param>
/// <param name="records">Supplies events with their records.</param>
/// <param name="finder">Finds the users whose ids events do not say.</param>
/// <param name="outcomes">Where the ends of events are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts.</param>
/// <param name="logger">The log.</param>
public sealed partial class ChangeProcessor(
    UserUpdater updater,
    RecordSupplier records,
    UserFinder finder,
    IOutcomeStore outcomes,
    TimeProvider time,
    UserSyncMetrics metrics,
    ILogger<ChangeProcessor> logger)
{
    /// <summary>
    /// The event with the time of its first receipt, however often it comes: an event without a time of its own must not become newer by
    /// being sent again.
    /// </summary>
    /// <param name="change">The event.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ChangeEvent> AsFirstReceivedAsync(ChangeEvent change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.HasOwnTime)
        {
            return change;
        }

        if (await outcomes.FindAsync(change.Source, change.Id, cancellationToken) is not { } known)
        {
            await outcomes.ReceiveAsync([Outcome.Received(change)], cancellationToken);
            return change;
        }

        return known.ReceivedAt < change.ReceivedAt ? change with { OccurredAt = known.OccurredAt, ReceivedAt = known.ReceivedAt } : change;
    }

    /// <summary>Makes one attempt. An event that has ended has its outcome when this returns.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="attempt">How it is to be tried.</param>
    /// <param name="cancellationToken">Stops, also an update that is under way.</param>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<Disposition> ProcessAsync(
        Source source, ChangeEvent change, Attempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        var disposition = Filter(source, change) is { } end
            ? Disposition.Ended(end)
            : await ApplyAsync(source, change, attempt, cancellationToken);
        if (disposition.Ending is { } ending)
        {
            if (disposition.IsRecorded)
            {
                Count(ending.Conclusion);
            }
            else
            {
                // It is too late to stop: what has ended has ended.
                await ConcludeAsync(change, ending.Conclusion, attempt, CancellationToken.None);
            }
        }
        else if (disposition.Failure is { } failure)
        {
            Log.PutOff(logger, change.Source, change.Id, failure.Cause, disposition.Delay);
        }

        return disposition;
    }

    /// <summary>
    /// Ends an event that nobody will come back for, and takes out of the ledger what it left pending. Where the ledger is damaged, the
    /// event ends all the same: it must not stay open for ever.
    /// </summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="status">How it ends.</param>
    /// <param name="failure">Why it is given up.</param>
    /// <param name="attempt">How often it was tried.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Conclusion> AbandonAsync(
        Source source, ChangeEvent change, OutcomeStatus status, Failure failure, Attempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        var conclusion = End(change, status) with { Failure = failure, Attempts = attempt.Failed };

        try
        {
            // Without its record it has left nothing, or what is true whoever says it.
            if (Filter(source, change) is null && records.Recall(source, change) is { } complete && Map(source, complete, out _) is { } user
                && (user.Search is null ? user.UserId : await finder.RecallAsync(source, user, cancellationToken)) is { } id)
            {
                conclusion = conclusion with { Account = source.Truto.Account, UserId = id };
                await updater.AbandonAsync(source, complete, user with { UserId = id }, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            // What is stored cannot be read, and will not be another time. The message may quote what is in it.
            Log.NotDropped(logger, change.Source, change.Id, exception.GetType().Name);
        }

        await ConcludeAsync(change, conclusion, attempt, cancellationToken);
        return conclusion;
    }

    /// <summary>Notes how an event ended.</summary>
    /// <param name="conclusion">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task ConcludeAsync(Conclusion conclusion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conclusion);
        await outcomes.ConcludeAsync([conclusion], cancellationToken);
        Count(conclusion);
    }

    private async Task ConcludeAsync(ChangeEvent change, Conclusion conclusion, Attempt attempt, CancellationToken cancellationToken)
    {
        await (attempt.IsNoted
            ? outcomes.ConcludeAsync([conclusion], cancellationToken)
            : outcomes.ConcludeAsync(Outcome.Received(change), conclusion, cancellationToken));
        Count(conclusion);
    }

    private void Count(Conclusion conclusion)
    {
        metrics.Ended(conclusion);
        if (conclusion.Failure is { } failure)
        {
            Log.Failed(logger, conclusion.Source, conclusion.EventId, conclusion.Status, failure.Cause, failure.Reason);
        }
        else
        {
            Log.Ended(logger, conclusion.Source, conclusion.EventId, conclusion.Status);
        }
    }

    /// <summary>How an event ends that is no user change; <see langword="null"/> where it is one.</summary>
    private Conclusion? Filter(Source source, ChangeEvent change)
    {
        try
        {
            return source.Events.Takes(change) ? null : End(change, OutcomeStatus.Skipped) with { SkipReason = SkipReason.Filtered };
        }
        catch (ExpressionException exception)
        {
            return End(change, OutcomeStatus.Failed) with { Failure = Failure.Of([new MappingProblem("when", null, exception.Message)]) };
        }
    }

    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<Disposition> ApplyAsync(Source source, ChangeEvent change, Attempt attempt, CancellationToken cancellationToken)
    {
        if (source.Fetch is not null)
        {
            var supply = await records.SupplyAsync(source, change, attempt, cancellationToken);
            if (supply.Disposition is { } disposition)
            {
                return disposition;
            }

            change = supply.Change;
        }

        if (Map(source, change, out var end) is not { } user)
        {
            return Disposition.Ended(end!);
        }

        if (user.Search is not null)
        {
            var found = await finder.FindAsync(source, change, user, attempt, cancellationToken);
            if (found.UserId is not { } id)
            {
                return found.Disposition!;
            }

            user = user with { UserId = id };
        }

        return await updater.ApplyAsync(source, change, user, attempt, cancellationToken);
    }

    /// <summary>What the event says about whom; <see langword="null"/> where it ends before anything is sent.</summary>
    private MappedUser? Map(Source source, ChangeEvent change, out Conclusion? end)
    {
        end = null;
        var user = source.Map(change);
        if (user.Problems.Count > 0)
        {
            end = End(change, OutcomeStatus.Failed) with
            {
                Failure = Failure.Of(user.Problems),
                Account = source.Truto.Account,
                UserId = user.UserId.Length > 0 ? user.UserId : null,
            };
        }
        else if (user.Patch.IsEmpty)
        {
            end = End(change, OutcomeStatus.Skipped) with { SkipReason = SkipReason.Unchanged };
        }

        return end is null ? user : null;
    }

    private Conclusion End(ChangeEvent change, OutcomeStatus status) => new(change.Source, change.Id, status, time.GetUtcNow()) { Replay = change.Replay };

    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Information, "Event {Source}/{EventId} is {Status}.")]
        public static partial void Ended(ILogger logger, string source, string eventId, OutcomeStatus status);

        [LoggerMessage(201, LogLevel.Warning, "Event {Source}/{EventId} is {Status} ({Cause}): {Reason}")]
        public static partial void Failed(ILogger logger, string source, string eventId, OutcomeStatus status, string cause, string reason);

        [LoggerMessage(202, LogLevel.Information, "Event {Source}/{EventId} comes back in {Delay} ({Cause}).")]
        public static partial void PutOff(ILogger logger, string source, string eventId, string cause, TimeSpan delay);

        [LoggerMessage(203, LogLevel.Error, "What event {Source}/{EventId} left pending cannot be taken out of the ledger ({Problem}): it may still go to Truto.")]
        public static partial void NotDropped(ILogger logger, string source, string eventId, string problem);
    }
}
