using System.Text.Json;
using UserSync.Mapping;
using UserSync.Receiving.Events;

namespace UserSync.Console.Playground;

/// <summary>What becomes of one event.</summary>
/// <param name="Change">The event.</param>
/// <param name="IsTaken">Whether the source takes it.</param>
/// <param name="Problem">Why nobody knows whether it does.</param>
/// <param name="User">What the mapping makes of it; <see langword="null"/> where it is not taken.</param>
/// <param name="Patch">What would be sent at the most.</param>
/// <param name="Missing">What the CRM requires and the event does not carry.</param>
public sealed record PlayEvent(
    ChangeEvent Change, bool IsTaken, string? Problem, MappedUser? User, JsonElement? Patch, IReadOnlyList<MappingProblem> Missing)
{
    /// <summary>The event's id; never its content.</summary>
    public override string ToString() => Change.ToString();
}
