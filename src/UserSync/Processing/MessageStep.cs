using UserSync.Queue;

namespace UserSync.Processing;

/// <summary>What is to happen with a message: it is done with, or another takes its place.</summary>
/// <param name="Next">The message in its place; <see langword="null"/> where it is done with.</param>
/// <param name="Delay">How long nobody is to see that.</param>
public sealed record MessageStep(ChangeMessage? Next, TimeSpan Delay)
{
    /// <summary>The message is done with.</summary>
    public static readonly MessageStep Done = new(null, TimeSpan.Zero);
}
