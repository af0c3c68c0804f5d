using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>An event's content, as it is kept.</summary>
internal sealed record StoredEvent
{
    /// <summary>The event; absent where it was not kept, which is not the same as an event that is null.</summary>
    public IReadOnlyList<JsonElement>? Event { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    internal static StoredEvent Of(Outcome outcome) =>
        new() { Event = outcome.Event is { } data ? [data] : null, Headers = outcome.Headers };

    internal static StoredEvent Read(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize(json.Span, StoredJson.Compact.StoredEvent) ?? throw new InvalidDataException("The row holds no event.");

    internal ReadOnlyMemory<byte> Write() => JsonSerializer.SerializeToUtf8Bytes(this, StoredJson.Compact.StoredEvent);
}
