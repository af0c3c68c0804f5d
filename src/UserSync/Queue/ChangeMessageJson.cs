using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using UserSync.Receiving.Bodies;

namespace UserSync.Queue;

/// <summary>Reads and writes the JSON form of messages.</summary>
public static class ChangeMessageJson
{
    private const int MaxDepth = 320;
    private const int MaxHeaders = 64;

    /// <summary>Writes a message as UTF-8 JSON.</summary>
    /// <param name="message">The message.</param>
    public static ReadOnlyMemory<byte> Write(ChangeMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", ChangeMessage.CurrentVersion);
            writer.WriteString("source", message.Source);
            WriteText(writer, "id", message.Id);
            WriteText(writer, "type", message.Type);
            WriteTime(writer, "occurredAt", message.OccurredAt);
            WriteTime(writer, "receivedAt", message.ReceivedAt);
            writer.WritePropertyName("event");
            message.Event.WriteTo(writer);
            WriteHeaders(writer, message.Headers);
            if (message.Attempt > 0)
            {
                writer.WriteNumber("attempt", message.Attempt);
            }

            if (message.Replay > 0)
            {
                writer.WriteNumber("replay", message.Replay);
            }

            WriteFlag(writer, "alone", message.Alone);
            WriteFlag(writer, "resend", message.Resend);
            WriteText(writer, "traceparent", message.TraceParent);
            WriteText(writer, "tracestate", message.TraceState);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Reads a message, whoever wrote it.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="message">The message.</param>
    /// <param name="problem">What is wrong with it, without quoting it.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out ChangeMessage? message, [NotNullWhen(false)] out string? problem)
    {
        message = null;
        using var content = JsonBytes.Parse(json, MaxDepth);
        problem = content.Problem is { } malformed ? malformed.Replace("the body", "the message", StringComparison.Ordinal) : Check(content.Root);
        if (problem is not null)
        {
            return false;
        }

        // What outlives the parsed document must not share its memory.
        var root = content.Root.Clone();
        message = new ChangeMessage
        {
            Source = root.GetProperty("source").GetString()!,
            Event = root.GetProperty("event"),
            Id = Text(root, "id"),
            Type = Text(root, "type"),
            OccurredAt = Time(root, "occurredAt"),
            ReceivedAt = Time(root, "receivedAt"),
            Headers = Headers(root),
            Attempt = (int)Math.Clamp(Number(root, "attempt"), 0, int.MaxValue),
            Replay = Math.Max(0, Number(root, "replay")),
            Alone = Flag(root, "alone"),
            Resend = Flag(root, "resend"),
            TraceParent = Text(root, "traceparent"),
            TraceState = Text(root, "tracestate"),
        };
        return true;
    }

    private static string? Check(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return "the message is not a JSON object";
        }

        if (root.TryGetProperty("version", out var version) && (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number is < 1 or > ChangeMessage.CurrentVersion))
        {
            return $"the message's version is not known here; this program reads up to {ChangeMessage.CurrentVersion}";
        }

        if (string.IsNullOrEmpty(Text(root, "source")))
        {
            return "the message names no source";
        }

        if (!root.TryGetProperty("event", out _))
        {
            return "the message has no event";
        }

        foreach (var name in (string[])["id", "type", "occurredAt", "receivedAt", "traceparent", "tracestate"])
        {
            if (root.TryGetProperty(name, out var member) && member.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return $"the message's {name} is not a text";
            }
        }

        foreach (var name in (string[])["occurredAt", "receivedAt"])
        {
            if (Text(root, name) is not null && Time(root, name) is null)
            {
                return $"the message's {name} is not a time (ISO 8601)";
            }
        }

        return root.TryGetProperty("headers", out var headers) && headers.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)
            ? "the message's headers are not an object"
            : null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        Text(root, name) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    private static long Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) ? number : 0;

    private static bool Flag(JsonElement root, string name) => root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private static Dictionary<string, string>? Headers(JsonElement root)
    {
        if (!root.TryGetProperty("headers", out var headers) || headers.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers.EnumerateObject().Where(header => header.Value.ValueKind == JsonValueKind.String).Take(MaxHeaders))
        {
            read[header.Name] = header.Value.GetString()!;
        }

        return read;
    }

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, true);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            writer.WriteString(name, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        }
    }

    private static void WriteHeaders(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is not { Count: > 0 })
        {
            return;
        }

        writer.WriteStartObject("headers");
        foreach (var (name, value) in headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }
}
