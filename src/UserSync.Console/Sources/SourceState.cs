using UserSync.Configuration;
using UserSync.Outcomes;
using UserSync.Sources;

namespace UserSync.Console.Sources;

/// <summary>How a source is getting on.</summary>
public sealed record SourceState
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The source; <see langword="null"/> where it cannot run.</summary>
    public Source? Source { get; init; }

    /// <summary>The address that its vendor calls.</summary>
    public required string Url { get; init; }

    /// <summary>What is wrong or questionable in its file.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Its secrets.</summary>
    public IReadOnlyList<SecretState> Secrets { get; init; } = [];

    /// <summary>The event that it delivered last; <see langword="null"/> for none.</summary>
    public Outcome? Last { get; init; }

    /// <summary>A signed delivery as a command; <see langword="null"/> where only the vendor can sign.</summary>
    public string? Sample { get; init; }

    /// <summary>Whether the sample holds a placeholder where a delivery shows the secret.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
