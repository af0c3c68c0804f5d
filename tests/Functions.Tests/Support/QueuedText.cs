namespace Functions.Tests.Support;

/// <summary>What was put on a queue of <see cref="StorageService"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Text">The text.</param>
/// <param name="Delay">For how many seconds nobody is to see it.</param>
/// <param name="Expiry">After how many seconds it expires; -1 for never.</param>
internal sealed record QueuedText(string Queue, string Text, string Delay, string Expiry);
