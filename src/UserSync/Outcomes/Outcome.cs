using System.Text.Json;
using UserSync.Receiving.Events;

namespace UserSync.Outcomes;

/// <summary>What became of one change event. Every accepted event has exactly one.</summary>
public sealed record Outcome
{
    /// <summary>The name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>What kind of change it is; <see langword="null"/> where the source does not say.</summary>
    public string? EventType { get; init; }

    /// <summary>When the change happened.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the event was first received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event as the source wrote it; <see langword="null"/> where it was not kept.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>The headers that the source's expressions read.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The W3C trace context of the delivery.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How the event ended, or that it is still open.</summary>
    public required Conclusion Conclusion { get; init; }

    /// <summary>The outcome of an event that was just accepted.</summary>
    /// <param name="change">The event.</param>
    public static Outcome Received(ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new Outcome
        {
            Source = change.Source,
            EventId = change.Id,
            EventType = change.Type,
            OccurredAt = change.OccurredAt,
            ReceivedAt = change.ReceivedAt,
            Event = change.Data,
            Headers = change.Headers,
            TraceParent = change.TraceParent,
            Conclusion = new Conclusion(change.Source, change.Id, OutcomeStatus.Received, change.ReceivedAt),
        };
    }

    /// <summary>The source, the event's id and what became of it; never its content.</summary>
    public override string ToString() => $"{Source}/{EventId}: {Conclusion.Status}";
}
