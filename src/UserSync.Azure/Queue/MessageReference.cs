using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using UserSync.Azure.Storage;
using UserSync.Queue;

namespace UserSync.Azure.Queue;

/// <summary>
/// What stands on the queue in place of a message that is too large for it: <c>{ "version": 1, "source": …, "blob": name }</c>.
/// </summary>
internal static class MessageReference
{
    private const int MaxLength = 2048;
    private const int MaxSourceLength = 128;

    /// <summary>Writes a reference.</summary>
    /// <param name="source">The message's source; only for whoever looks at the queue.</param>
    /// <param name="blob">The name of the blob that has the message.</param>
    internal static ReadOnlyMemory<byte> Write(string source, string blob)
    {
        var buffer = new ArrayBufferWriter<byte>(MaxLength);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", ChangeMessage.CurrentVersion);
            writer.WriteString("source", source.Length <= MaxSourceLength ? source : source[..MaxSourceLength]);
            writer.WriteString("blob", blob);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>
    /// Reads a reference. Anybody who may write to the queue can make one up, so only the name of a message's blob is believed: never
    /// that of a ledger's.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="blob">The name of the blob.</param>
    /// <returns>Whether the message is a reference.</returns>
    internal static bool TryRead(ReadOnlyMemory<byte> message, [NotNullWhen(true)] out string? blob)
    {
        blob = null;
        if (message.Length > MaxLength || message.Span.IndexOf("\"blob\""u8) < 0)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            blob = root.ValueKind == JsonValueKind.Object
                && !root.TryGetProperty("event", out _)
                && root.TryGetProperty("blob", out var member)
                && member.ValueKind == JsonValueKind.String
                && member.GetString() is { } name
                && ContentBlobs.IsName(name, ContentBlobs.Messages)
                    ? name
                    : null;
            return blob is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
