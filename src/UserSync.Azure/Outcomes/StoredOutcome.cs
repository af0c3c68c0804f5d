using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>What lists show of an outcome, as it is kept: all but the event's content.</summary>
internal sealed record StoredOutcome
{
    public required string Source { get; init; }

    public required string EventId { get; init; }

    public string? EventType { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public string? TraceParent { get; init; }

    public required StoredConclusion Conclusion { get; init; }

    internal static StoredOutcome Of(Outcome outcome) => new()
    {
        Source = outcome.Source,
        EventId = outcome.EventId,
        EventType = outcome.EventType,
        OccurredAt = outcome.OccurredAt,
        ReceivedAt = outcome.ReceivedAt,
        TraceParent = outcome.TraceParent,
        Conclusion = StoredConclusion.Of(outcome.Conclusion),
    };

    /// <summary>The outcome of an event of which only the end is known.</summary>
    internal static StoredOutcome Of(Conclusion conclusion) => new()
    {
        Source = conclusion.Source,
        EventId = conclusion.EventId,
        OccurredAt = conclusion.At,
        ReceivedAt = conclusion.At,
        Conclusion = StoredConclusion.Of(conclusion),
    };

    internal static StoredOutcome Read(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize(json.Span, StoredJson.Compact.StoredOutcome)
            ?? throw new InvalidDataException("The row holds no outcome.");

    internal ReadOnlyMemory<byte> Write() => JsonSerializer.SerializeToUtf8Bytes(this, StoredJson.Compact.StoredOutcome);

    internal Outcome ToOutcome(StoredEvent? content) => new()
    {
        Source = Source,
        EventId = EventId,
        EventType = EventType,
        OccurredAt = OccurredAt,
        ReceivedAt = ReceivedAt,
        TraceParent = TraceParent,
        Event = content?.Event is [var data] ? data : null,
        Headers = content?.Headers is { } headers ? new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase) : null,
        Conclusion = Conclusion.ToConclusion(Source, EventId),
    };
}
