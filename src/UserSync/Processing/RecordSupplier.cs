using Microsoft.Extensions.Options;
using UserSync.Expressions;
using UserSync.Fetching;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Processing;

/// <summary>Supplies events with the records that their mapping needs, or says what is to happen with them instead.</summary>
/// <param name="fetcher">Fetches records.</param>
/// <param name="options">How often to try.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads what comes back.</param>
public sealed class RecordSupplier(RecordFetcher fetcher, IOptions<ProcessingOptions> options, TimeProvider time, Random random)
{
    /// <summary>Supplies an event.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="attempt">How it is to be tried.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Supply> SupplyAsync(Source source, ChangeEvent change, Attempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        if (source.Fetch is not { } fetch)
        {
            return new Supply(change, null);
        }

        var result = await fetcher.FetchAsync(source, change, cancellationToken);
        if (result.Wait is { } wait)
        {
            return new Supply(change, Disposition.Wait(wait, result.Failure));
        }

        return result.Failure is { } failure
            ? new Supply(change, PutOff(change, failure, attempt))
            : Complete(fetch, change, result.Record!);
    }

    /// <summary>Completes an event with what is still known of its record; <see langword="null"/> where that is nothing.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    public ChangeEvent? Recall(Source source, ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Fetch is not { } fetch ? change
            : fetcher.Recall(source, change) is { } record
                && Complete(fetch, change, record) is { Disposition: null } supply ? supply.Change
            : null;
    }

    private Supply Complete(FetchRule fetch, ChangeEvent change, FetchedRecord record)
    {
        try
        {
            var complete = fetch.Complete(change, record);
            return new Supply(complete, complete.Record!.IsGone ? WhenGone(fetch, change) : null);
        }
        catch (ExpressionException exception)
        {
            return new Supply(change, Failed(change, Failure.Of([new MappingProblem("fetch.deleted", null, exception.Message)])));
        }
    }

    private Disposition? WhenGone(FetchRule fetch, ChangeEvent change) => fetch.Gone switch
    {
        { Fails: true } => Failed(change, FetchFailure.Gone()),
        { Fields.Count: 0 } => Disposition.Ended(End(change, OutcomeStatus.Skipped) with { SkipReason = SkipReason.Gone }),
        _ => null,
    };

    private Disposition PutOff(ChangeEvent change, Failure failure, Attempt attempt)
    {
        if (!failure.IsTransient)
        {
            return Failed(change, failure);
        }

        var failed = attempt.Failed + 1;
        return failure.SpendsAttempt && failed >= options.Value.MaxAttempts
            ? Disposition.Ended(End(change, OutcomeStatus.DeadLettered) with { Failure = failure, Attempts = failed })
            : Backoff.Next(failure, failed, options.Value, random.NextDouble());
    }

    private Disposition Failed(ChangeEvent change, Failure failure) =>
        Disposition.Ended(End(change, OutcomeStatus.Failed) with { Failure = failure });

    private Conclusion End(ChangeEvent change, OutcomeStatus status) =>
        new(change.Source, change.Id, status, time.GetUtcNow()) { Replay = change.Replay };
}
