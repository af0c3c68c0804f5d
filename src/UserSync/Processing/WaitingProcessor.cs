using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Truto.Http;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Processing;

/// <summary>
/// Processes a delivery while its sender waits: the same as from the queue, only that what would come back later is waited for here,
/// as long as the sender has time.
/// </summary>
/// <param name="processor">Makes attempts.</param>
/// <param name="outcomes">Where outcomes are kept.</param>
/// <param name="schedule">The limits, of which nobody keeps a turn who does not wait for it.</param>
/// <param name="options">How long a sender waits.</param>
/// <param name="time">The clock.</param>
public sealed class WaitingProcessor(
    ChangeProcessor processor, IOutcomeStore outcomes, UpdateSchedule schedule, IOptions<ProcessingOptions> options, TimeProvider time)
{
    /// <summary>Processes the events of a delivery, one after the other.</summary>
    /// <param name="source">Their source.</param>
    /// <param name="events">The events.</param>
    /// <returns>How each of them ended.</returns>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<IReadOnlyList<Ending>> ProcessAsync(Source source, IReadOnlyList<ChangeEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var endsAt = time.GetUtcNow() + options.Value.WaitTimeout;
        using var deadline = new CancellationTokenSource(options.Value.WaitTimeout, time);
        var isNoted = NeedsReceipt(source, events);
        if (isNoted)
        {
            await outcomes.ReceiveAsync([.. events.Select(Outcome.Received)], CancellationToken.None);
        }

        var endings = new Ending[events.Count];
        for (var i = 0; i < endings.Length; i++)
        {
            var change = isNoted ? await processor.AsFirstReceivedAsync(events[i], CancellationToken.None) : events[i];
            var ending = await ProcessAsync(source, change, isNoted, endsAt, deadline.Token);
            if (ending is { Update: null, Conclusion.UpdateId: { } update })
            {
                // It rode in an earlier update, or is a repetition of an event that did: that update's response is its response.
                ending = ending with { Update = await outcomes.FindUpdateAsync(update, CancellationToken.None) };
            }

            endings[i] = ending;
        }

        return endings;
    }

    /// <summary>
    /// Whether it has to be durable that the events were received before anything is begun. Where nothing is answered, the sender comes
    /// again, so mostly it is enough to note that together with how they ended; but an event that is dated by its receipt would be another
    /// one then, and nobody is created whose event might not be known any more.
    /// </summary>
    private static bool NeedsReceipt(Source source, IReadOnlyList<ChangeEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (!events[i].HasOwnTime)
            {
                return true;
            }
        }

        return source.Mapping.Find is not null;
    }

    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<Ending> ProcessAsync(Source source, ChangeEvent change, bool isNoted, DateTimeOffset endsAt, CancellationToken deadline)
    {
        var attempt = new Attempt(0, Alone: false, Resend: false, DateTimeOffset.MaxValue) { IsNoted = isNoted };
        Failure? reason = null;
        var givesUpTurn = false;
        try
        {
            while (true)
            {
                deadline.ThrowIfCancellationRequested();
                var disposition = await processor.ProcessAsync(source, change, attempt, deadline);
                if (disposition.Ending is { } ending)
                {
                    return ending;
                }

                attempt = attempt.Next(disposition);

                // What would come after the sender's time is said at once: waiting for it would say no more.
                var isTooFarOff = time.GetUtcNow() + disposition.Delay >= endsAt;
                givesUpTurn = isTooFarOff && disposition.IsLimited;
                reason = givesUpTurn ? Failure.OverLimit(disposition.Delay) : disposition.Failure ?? reason;
                if (isTooFarOff || attempt.Failed == options.Value.WaitAttempts || disposition is { Failure: not null, Alone: false, SpendsAttempt: false })
                {
                    break;
                }

                await Task.Delay(disposition.Delay, time, deadline);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // Whatever is not done by now, the sender comes again for.
        }

        reason ??= Failure.OutOfTime();
        var conclusion = await processor.AbandonAsync(source, change, OutcomeStatus.Failed, reason, attempt, CancellationToken.None);
        if (givesUpTurn && conclusion is { Account: { } account, UserId: { } user })
        {
            schedule.GiveUp(new UserKey(account, user));
        }

        return new Ending(conclusion, null);
    }
}
