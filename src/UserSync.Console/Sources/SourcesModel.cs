using UserSync.Configuration;

namespace UserSync.Console.Sources;

/// <summary>The page of sources.</summary>
/// <param name="Folder">Where their files are.</param>
/// <param name="Sources">The sources.</param>
/// <param name="Findings">What is wrong with the folder itself.</param>
public sealed record SourcesModel(string Folder, IReadOnlyList<SourceState> Sources, IReadOnlyList<Finding> Findings);
