using UserSync.Outcomes;

namespace UserSync.Sqlite;

/// <summary>What an event says, as it is kept.</summary>
/// <param name="Event">The event's JSON.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="TraceState">The trace state of its delivery.</param>
internal readonly record struct OutcomeContent(byte[]? Event, byte[]? Headers, string? TraceState = null)
{
    // What is longer is not written again each time that something becomes of the event.
    private const int Short = 1024;

    /// <summary>Whether it stands with what became of the event, and not in a table of its own.</summary>
    internal bool IsShort => (Event?.Length ?? 0) + (Headers?.Length ?? 0) <= Short;

    /// <summary>The content of an outcome's event.</summary>
    /// <param name="outcome">The outcome.</param>
    internal static OutcomeContent Of(Outcome outcome) =>
        new(outcome.Event is { } json ? OutcomeRow.BytesOf(json) : null, HeadersJson.Write(outcome.Headers));

    /// <summary>How much there is of it; never what it says.</summary>
    public override string ToString() => $"{(Event?.Length ?? 0) + (Headers?.Length ?? 0)} bytes";
}
