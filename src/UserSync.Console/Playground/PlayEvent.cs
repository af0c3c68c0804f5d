using System.Text.Json;
using UserSync.Mapping;
using UserSync.Previews;

namespace UserSync.Console.Playground;

/// <summary>What becomes of one event.</summary>
/// <param name="Preview">The event, and what its source makes of it.</param>
/// <param name="Patch">What would be sent at the most; <see langword="null"/> where it is not mapped.</param>
/// <param name="Missing">What the CRM requires and the event does not carry.</param>
public sealed record PlayEvent(EventPreview Preview, JsonElement? Patch, IReadOnlyList<MappingProblem> Missing)
{
    /// <summary>What becomes of the event; never its content.</summary>
    public override string ToString() => Preview.ToString();
}
