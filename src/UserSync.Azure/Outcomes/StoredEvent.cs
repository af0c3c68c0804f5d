using System.Text.Json;

namespace UserSync.Azure.Outcomes;

/// <summary>An event's content, as it is kept.</summary>
internal sealed record StoredEvent(JsonElement? Event, IReadOnlyDictionary<string, string>? Headers)
{
    internal static StoredEvent Read(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize(json.Span, StoredJson.Compact.StoredEvent) ?? throw new InvalidDataException("The row holds no event.");

    internal ReadOnlyMemory<byte> Write() => JsonSerializer.SerializeToUtf8Bytes(this, StoredJson.Compact.StoredEvent);
}
