namespace UserSync.Configuration;

/// <summary>One thing that is wrong, or questionable, in a configuration file.</summary>
/// <param name="Severity">Whether the source can run with it.</param>
/// <param name="File">The file, as the operator names it.</param>
/// <param name="Path">Where in the file, as a JSON path such as <c>$.map.email</c>.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What would be right.</param>
public sealed record Finding(Severity Severity, string File, string Path, string Problem, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File} {Path}: {Problem}. {Remedy}{(Remedy.EndsWith('?') ? string.Empty : ".")}";
}
