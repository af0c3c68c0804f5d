using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>How far the reading of a directory has come.</summary>
/// <param name="IsDone">Whether it has been read as wanted.</param>
/// <param name="Wait">When to come back; only where it has not.</param>
/// <param name="Failure">Why it could not be read.</param>
/// <param name="IsLimited">Whether a limit on calls is what has to be waited for.</param>
internal sealed record DirectoryProgress(bool IsDone, TimeSpan Wait, Failure? Failure = null, bool IsLimited = false)
{
    internal static readonly DirectoryProgress Done = new(true, TimeSpan.Zero);

    /// <inheritdoc/>
    public override string ToString() => IsDone ? "done" : Failure?.Cause ?? "wait";
}
