namespace UserSync.Console;

/// <summary>What the console may do.</summary>
public sealed class ConsoleOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Console";

    /// <summary>
    /// Whether the playground may write source files. Off by default: files belong under version control, and whoever may write one says
    /// where updates go.
    /// </summary>
    public bool SaveSources { get; set; }
}
