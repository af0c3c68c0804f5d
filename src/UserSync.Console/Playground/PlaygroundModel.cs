using UserSync.Outcomes;

namespace UserSync.Console.Playground;

/// <summary>The playground.</summary>
public sealed record PlaygroundModel
{
    /// <summary>The names of the sources that can be chosen.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The chosen source; <see langword="null"/> where there is none.</summary>
    public string? Source { get; init; }

    /// <summary>Its settings, as they are being written.</summary>
    public string Settings { get; init; } = string.Empty;

    /// <summary>The body of a delivery, or one event.</summary>
    public string Body { get; init; } = string.Empty;

    /// <summary>The delivery's headers, one on a line.</summary>
    public string Headers { get; init; } = string.Empty;

    /// <summary>What the source system answers when the record behind the event is fetched.</summary>
    public string Record { get; init; } = string.Empty;

    /// <summary>Whether the source fetches records.</summary>
    public bool Fetches { get; init; }

    /// <summary>Whether <see cref="Body"/> is one event and not a whole delivery.</summary>
    public bool IsEvent { get; init; }

    /// <summary>The latest events of the source, to pick one.</summary>
    public IReadOnlyList<Outcome> Latest { get; init; } = [];

    /// <summary>What becomes of it; <see langword="null"/> where nobody asked.</summary>
    public PlayResult? Result { get; init; }

    /// <summary>Whether the settings may be saved.</summary>
    public bool CanSave { get; init; }

    /// <summary>What was just done.</summary>
    public string? Notice { get; init; }

    /// <summary>What could not be done.</summary>
    public string? Problem { get; init; }

    /// <summary>The source; never what is being written.</summary>
    public override string ToString() => Source ?? string.Empty;
}
