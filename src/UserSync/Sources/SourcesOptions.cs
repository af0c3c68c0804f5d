namespace UserSync.Sources;

/// <summary>Where sources are configured.</summary>
public sealed class SourcesOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Sources";

    /// <summary>The folder with one JSON file for each source.</summary>
    public string Folder { get; set; } = "sources";
}
