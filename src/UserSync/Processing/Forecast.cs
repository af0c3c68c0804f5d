using System.Text.Json;

namespace UserSync.Processing;

/// <summary>What a replay would do.</summary>
/// <param name="Result"><c>sent</c>, <c>unchanged</c>, <c>stale</c>, <c>filtered</c>, <c>gone</c> or <c>failed</c>.</param>
/// <param name="UserId">The CRM user; <see langword="null"/> where the event does not say.</param>
/// <param name="Patch">What the event says about the user.</param>
/// <param name="Problems">Why it would fail.</param>
public sealed record Forecast(string Result, string? UserId, JsonElement? Patch, IReadOnlyList<string> Problems)
{
    /// <inheritdoc/>
    public override string ToString() => Result;
}
