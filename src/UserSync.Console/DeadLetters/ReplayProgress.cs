using UserSync.Outcomes;

namespace UserSync.Console.DeadLetters;

/// <summary>How far the replay of a group is.</summary>
/// <param name="Source">The group's source.</param>
/// <param name="Status">The group's status.</param>
/// <param name="Cause">The group's cause.</param>
/// <param name="Before">Events that ended after this are left alone: they have been replayed already, and failed again.</param>
/// <param name="Done">How many have been replayed.</param>
/// <param name="Left">How many could not be.</param>
/// <param name="Total">How many there were at the start.</param>
/// <param name="IsOver">Whether there is nothing more to do.</param>
public sealed record ReplayProgress(
    string Source, OutcomeStatus Status, string Cause, DateTimeOffset Before, int Done, int Left, int Total, bool IsOver);
