using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving.Events;

namespace UserSync.Queue;

/// <summary>Takes events in where the queue and the outcomes have nothing in common: both at the same time.</summary>
/// <param name="queue">The queue.</param>
/// <param name="outcomes">The outcomes.</param>
public sealed class ChangeIntake(IChangeQueue queue, IOutcomeStore outcomes) : IChangeIntake
{
    /// <inheritdoc/>
    public Task TakeAsync(IReadOnlyList<ChangeEvent> events, CancellationToken cancellationToken) => Task.WhenAll(
        queue.EnqueueAsync([.. events.Select(MessageProcessor.MessageOf)], TimeSpan.Zero, cancellationToken),
        outcomes.ReceiveAsync([.. events.Select(Outcome.Received)], cancellationToken));
}
