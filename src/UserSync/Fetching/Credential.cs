using UserSync.Outcomes;

namespace UserSync.Fetching;

/// <summary>What a request is authorized with, or why there is nothing.</summary>
/// <param name="Value">The value of the header; <see langword="null"/> where none is needed, or there is none.</param>
/// <param name="Failure">Why there is none.</param>
internal sealed record Credential(string? Value, Failure? Failure = null)
{
    /// <summary>Never the value.</summary>
    public override string ToString() => Failure?.Cause ?? "credential";
}
