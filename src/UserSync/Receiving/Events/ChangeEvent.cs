using System.Text.Json;
using UserSync.Expressions;
using UserSync.Fetching;

namespace UserSync.Receiving.Events;

/// <summary>One user change taken from a delivery.</summary>
public sealed record ChangeEvent
{
    /// <summary>The name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The event's id: the same whenever the source sends the same event again.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of change it is, in the source's words; <see langword="null"/> where the source does not say.</summary>
    public required string? Type { get; init; }

    /// <summary>When the change happened; for an event without a time of its own, when it was first received.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the event was first received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event as the source wrote it, as JSON.</summary>
    public required JsonElement Data { get; init; }

    /// <summary>Those of the delivery's headers that the source's expressions read.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Zero for the event as it was received; greater for each replay.</summary>
    public long Replay { get; init; }

    /// <summary>The W3C trace context of the delivery: <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The W3C trace context of the delivery: <c>tracestate</c>.</summary>
    public string? TraceState { get; init; }

    /// <summary>The record behind the event; <see langword="null"/> where its source fetches none, or it was not fetched yet.</summary>
    public FetchedRecord? Record { get; init; }

    /// <summary>The latest time at which something of the event was learnt: when it was received, or its record asked for.</summary>
    public DateTimeOffset KnownAt => Record is { } record && record.AsOf > ReceivedAt ? record.AsOf : ReceivedAt;

    /// <summary>Whether it has a time of its own; otherwise it is that of its first receipt.</summary>
    public bool HasOwnTime => OccurredAt < ReceivedAt;

    /// <summary>What expressions over the event run over.</summary>
    public ExpressionInput Input => new(Data, Headers);

    /// <summary>
    /// What the expressions of a mapping run over: the event, or with a record <c>{ "event": …, "record": … }</c>. A new value each
    /// time.
    /// </summary>
    internal ExpressionInput MappingInput => Record is null ? Input : new ExpressionInput(EventAndRecord.Join(Data, Record.Data), Headers);

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/{Id}";
}
