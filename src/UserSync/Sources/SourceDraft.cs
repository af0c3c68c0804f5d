using UserSync.Configuration;

namespace UserSync.Sources;

/// <summary>A source that is being written.</summary>
/// <param name="Source">The source; <see langword="null"/> where its settings are too wrong to make one.</param>
/// <param name="Findings">Everything that is wrong or questionable in its settings.</param>
public sealed record SourceDraft(Source? Source, Findings Findings);
