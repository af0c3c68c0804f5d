using UserSync.Outcomes;

namespace UserSync.Console.DeadLetters;

/// <summary>Events that ended for the same cause.</summary>
/// <param name="Source">Their source.</param>
/// <param name="Status">How they ended.</param>
/// <param name="Cause">The cause, as a word.</param>
/// <param name="Reason">What the latest of them says.</param>
/// <param name="Count">How many there are, of those that were looked at.</param>
/// <param name="First">When the first of them ended.</param>
/// <param name="Last">When the last of them ended.</param>
/// <param name="Events">The latest of them.</param>
public sealed record DeadGroup(
    string Source,
    OutcomeStatus Status,
    string Cause,
    string Reason,
    int Count,
    DateTimeOffset First,
    DateTimeOffset Last,
    IReadOnlyList<Outcome> Events)
{
    /// <summary>The source, the status and the cause.</summary>
    public override string ToString() => $"{Source}: {Words.Of(Status)} ({Cause})";
}
