namespace UserSync.Queue;

/// <summary>A message that was taken from the queue and is hidden from other workers for a while.</summary>
/// <param name="Receipt">What to show when it is completed or replaced.</param>
/// <param name="Body">The message's JSON, whole: a large one has been fetched from where it is kept.</param>
/// <param name="DequeueCount">How many times it was taken.</param>
/// <param name="HiddenUntil">Until when nobody else sees it.</param>
public sealed record QueuedMessage(string Receipt, ReadOnlyMemory<byte> Body, int DequeueCount, DateTimeOffset HiddenUntil)
{
    /// <summary>When it was put on the queue; <see langword="null"/> where only this program can do that, and says in the message when.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Receipt;
}
