namespace UserSync.Queue;

/// <summary>
/// The queue between receiving and processing. It keeps a message until it is completed, hands it out again when a worker dies with
/// it, and promises no order.
/// </summary>
public interface IChangeQueue
{
    /// <summary>Puts messages on the queue. When this returns, every one of them is durable; when it throws, some may be.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="delay">How long nobody is to see them; at most seven days.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task EnqueueAsync(IReadOnlyList<ChangeMessage> messages, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Takes messages, and hides them for a while.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="hidden">How long they stay hidden if nobody completes them.</param>
    /// <param name="patience">How long to wait where there is none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<QueuedMessage>> ReceiveAsync(int most, TimeSpan hidden, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Removes a message that was taken. One that has been taken again by somebody else stays.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task CompleteAsync(QueuedMessage message, CancellationToken cancellationToken);

    /// <summary>Puts a message in place of one that was taken: the new one is durable before the old one is removed.</summary>
    /// <param name="message">The message that was taken.</param>
    /// <param name="next">The message in its place.</param>
    /// <param name="delay">How long nobody is to see it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ReplaceAsync(QueuedMessage message, ChangeMessage next, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Hands a message that was taken back: others see it at once.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ReleaseAsync(QueuedMessage message, CancellationToken cancellationToken);

    /// <summary>Says how much is waiting.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken);
}
