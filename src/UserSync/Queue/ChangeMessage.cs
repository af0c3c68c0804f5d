using System.Text.Json;

namespace UserSync.Queue;

/// <summary>
/// One change event on its way through the queue. Its JSON form is a public contract (<c>change-message.schema.json</c>): other
/// systems may put changes on the queue, and <c>{ "source": …, "event": … }</c> is enough.
/// </summary>
public sealed record ChangeMessage
{
    /// <summary>The version of the JSON form that this program writes, and the newest that it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The longest that a message can be put off: what a storage queue allows.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(7);

    /// <summary>The name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The event, as the source wrote it.</summary>
    public required JsonElement Event { get; init; }

    /// <summary>The event's id; <see langword="null"/> where the source's own rules say which it is.</summary>
    public string? Id { get; init; }

    /// <summary>What kind of change it is; <see langword="null"/> where the source's own rules say so.</summary>
    public string? Type { get; init; }

    /// <summary>When the change happened; <see langword="null"/> where the source's own rules say when.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>When the event was first received; <see langword="null"/> where the message says nothing about it.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>
    /// When the message was first put on the queue; only where it waits for its source, without which nobody knows whether that is when
    /// the event was received.
    /// </summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>The headers of the delivery that the source's expressions read.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>How many attempts have failed.</summary>
    public int Attempt { get; init; }

    /// <summary>Zero for the event as it was received; greater for each replay.</summary>
    public long Replay { get; init; }

    /// <summary>Whether the event is to be applied without what else is pending, because together they were refused.</summary>
    public bool Alone { get; init; }

    /// <summary>Whether to send everything that is known of the user once more.</summary>
    public bool Resend { get; init; }

    /// <summary>The W3C trace context of the delivery: <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The W3C trace context of the delivery: <c>tracestate</c>.</summary>
    public string? TraceState { get; init; }

    /// <summary>The source and the event's id; never its content.</summary>
    public override string ToString() => $"{Source}/{Id}";
}
