using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>What came of an update.</summary>
/// <param name="Response">Truto's response; <see langword="null"/> where it sent none, or the update failed.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> where it did not.</param>
public sealed record UpdateResult(JsonElement? Response, Failure? Failure)
{
    /// <inheritdoc/>
    public override string ToString() => Failure?.Cause ?? "taken";
}
