using Microsoft.Extensions.Options;
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
/// <param name="options">How long a sender waits.</param>
/// <param name="time">The clock.</param>
public sealed class WaitingProcessor(ChangeProcessor processor, IOutcomeStore outcomes, IOptions<ProcessingOptions> options, TimeProvider time)
{
    /// <summary>Processes the events of a delivery, one after the other.</summary>
    /// <param name="source">Their source.</param>
    /// <param name="events">The events.</param>
    /// <returns>How each of them ended.</returns>
    public async Task<IReadOnlyList<Ending>> ProcessAsync(Source source, IReadOnlyList<ChangeEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var endsAt = time.GetUtcNow() + options.Value.WaitTimeout;
        using var deadline = new CancellationTokenSource(options.Value.WaitTimeout, time);

        // The first thing that is written of them, which a store may make durable together with what is written next.
        var noted = outcomes.ReceiveAsync([.. events.Select(Outcome.Received)], CancellationToken.None);
        try
        {
            return await ProcessAsync(source, events, noted, endsAt, deadline.Token);
        }
        finally
        {
            await noted;
        }
    }

    private async Task<IReadOnlyList<Ending>> ProcessAsync(
        Source source, IReadOnlyList<ChangeEvent> events, Task noted, DateTimeOffset endsAt, CancellationToken deadline)
    {
        var endings = new List<Ending>(events.Count);
        foreach (var change in events)
        {
            if (!change.HasOwnTime)
            {
                await noted;
            }

            var ending = await ProcessAsync(source, await processor.AsFirstReceivedAsync(change, CancellationToken.None), noted, endsAt, deadline);
            if (ending is { Update: null, Conclusion.UpdateId: { } update })
            {
                // It rode in an earlier update, or is a repetition of an event that did: that update's response is its response.
                ending = ending with { Update = await outcomes.FindUpdateAsync(update, CancellationToken.None) };
            }

            endings.Add(ending);
        }

        return endings;
    }

    private async Task<Ending> ProcessAsync(Source source, ChangeEvent change, Task noted, DateTimeOffset endsAt, CancellationToken deadline)
    {
        var attempt = new Attempt(0, Alone: false, Resend: false, DateTimeOffset.MaxValue) { Noted = noted };
        var reason = Failure.OutOfTime();
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
                var isTooFarOff = disposition.IsLimited && time.GetUtcNow() + disposition.Delay >= endsAt;
                reason = isTooFarOff ? Failure.OverLimit(disposition.Delay) : disposition.Failure ?? reason;
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

        return new Ending(await processor.AbandonAsync(source, change, OutcomeStatus.Failed, reason, attempt.Failed, CancellationToken.None), null);
    }
}
