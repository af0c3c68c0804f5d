using UserSync.Outcomes;

namespace UserSync.Console.Events;

/// <summary>A page of events.</summary>
public sealed record EventsModel
{
    /// <summary>The names of the sources that can be chosen.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The chosen source.</summary>
    public string? Source { get; init; }

    /// <summary>The chosen status, as a word.</summary>
    public string? Status { get; init; }

    /// <summary>The chosen CRM user.</summary>
    public string? User { get; init; }

    /// <summary>The chosen time, as it was written.</summary>
    public string? Since { get; init; }

    /// <summary>The events.</summary>
    public IReadOnlyList<Outcome> Rows { get; init; } = [];

    /// <summary>Where the next page begins.</summary>
    public string? Next { get; init; }

    /// <summary>Whether this is the first page.</summary>
    public bool IsFirst { get; init; }

    /// <summary>What is wrong with what was chosen.</summary>
    public string? Problem { get; init; }
}
