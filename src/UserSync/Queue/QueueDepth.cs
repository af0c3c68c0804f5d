namespace UserSync.Queue;

/// <summary>How much is waiting.</summary>
/// <param name="Messages">How many messages, also those that are to wait longer; some stores know only about how many.</param>
/// <param name="OldestSince">Since when the oldest of them has been in the queue; <see langword="null"/> where nobody knows.</param>
public sealed record QueueDepth(long Messages, DateTimeOffset? OldestSince);
