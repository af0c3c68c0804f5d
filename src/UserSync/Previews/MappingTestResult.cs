using System.Text.Json.Nodes;

namespace UserSync.Previews;

/// <summary>How a mapping test went.</summary>
/// <param name="Test">The test.</param>
/// <param name="Actual">What became of the delivery, in the form in which a test expects it.</param>
/// <param name="Differences">Where that is not what was expected; empty where it is.</param>
public sealed record MappingTestResult(MappingTest Test, JsonNode Actual, IReadOnlyList<JsonDifference> Differences)
{
    /// <summary>Whether everything was as expected.</summary>
    public bool IsPassed => Differences.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Test}: {Differences.Count} differences";
}
