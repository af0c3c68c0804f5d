using System.Collections;

namespace UserSync.Configuration;

/// <summary>Collects everything that is found in configuration, so that it is reported at once and not one by one.</summary>
public sealed class Findings : IReadOnlyCollection<Finding>
{
    private readonly List<Finding> all = [];

    /// <inheritdoc/>
    public int Count => all.Count;

    /// <summary>The findings that keep a source from starting.</summary>
    public IEnumerable<Finding> Errors => all.Where(finding => finding.Severity == Severity.Error);

    /// <summary>The findings that do not.</summary>
    public IEnumerable<Finding> Warnings => all.Where(finding => finding.Severity == Severity.Warning);

    /// <summary>Whether any finding is an error.</summary>
    public bool HasErrors => Errors.Any();

    /// <summary>Adds a finding.</summary>
    /// <param name="finding">What was found.</param>
    public void Add(Finding finding) => all.Add(finding);

    /// <summary>Adds findings.</summary>
    /// <param name="findings">What was found.</param>
    public void AddRange(IEnumerable<Finding> findings) => all.AddRange(findings);

    /// <inheritdoc/>
    public IEnumerator<Finding> GetEnumerator() => all.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
