using UserSync.Configuration;

namespace UserSync.Console.Playground;

/// <summary>What becomes of a delivery with the settings as they are written.</summary>
/// <param name="Findings">What is wrong or questionable in the settings.</param>
/// <param name="Rejection">Why the delivery has no events; <see langword="null"/> where it has.</param>
/// <param name="Events">The first of its events.</param>
/// <param name="Total">How many it has.</param>
public sealed record PlayResult(IReadOnlyCollection<Finding> Findings, string? Rejection, IReadOnlyList<PlayEvent> Events, int Total)
{
    /// <summary>Whether the settings can be used at all.</summary>
    public bool IsUsable => Findings.All(finding => finding.Severity != Severity.Error);
}
