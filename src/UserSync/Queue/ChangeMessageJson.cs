using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using UserSync.Expressions;
using UserSync.Receiving.Bodies;
using UserSync.Receiving.Events;

namespace UserSync.Queue;

/// <summary>Reads and writes the JSON form of messages.</summary>
public static class ChangeMessageJson
{
    private const int MaxDepth = 320;
    private const int MaxHeaders = 64;
    private const int MaxSource = 1024;

    // A replay's number is the time in milliseconds, or one more than the last: this leaves room for more of them than there will be.
    private const long MaxReplay = long.MaxValue / 2;

    /// <summary>Writes a message as UTF-8 JSON.</summary>
    /// <param name="message">The message.</param>
    public static byte[] Write(ChangeMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var buffer = JsonBuffer.Take();
        var writer = buffer.Writer;
        writer.WriteStartObject();
        writer.WriteNumber("version", ChangeMessage.CurrentVersion);
        writer.WriteString("source", message.Source);
        WriteText(writer, "id", message.Id);
        WriteText(writer, "type", message.Type);
        WriteTime(writer, "occurredAt", message.OccurredAt);
        WriteTime(writer, "receivedAt", message.ReceivedAt);
        WriteTime(writer, "queuedAt", message.QueuedAt);
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
        return buffer.Written.ToArray();
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
            QueuedAt = Time(root, "queuedAt"),
            Headers = Headers(root),
            Attempt = (int)Number(root, "attempt"),
            Replay = Number(root, "replay"),
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

        return root.EnumerateObject().Select(Check).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Checks one member. One that is not known here is let be: it may be another system's own.</summary>
    private static string? Check(JsonProperty member) => member switch
    {
        { Name: "source", Value.ValueKind: JsonValueKind.String } when member.Value.GetString()!.Length > MaxSource => $"the message's source is longer than {MaxSource} characters",
        { Name: "id" or "type" or "traceparent" or "tracestate" or "occurredAt" or "receivedAt" or "queuedAt" } when !IsTextOrNull(member.Value) => $"the message's {member.Name} is not a text",
        { Name: "occurredAt" or "receivedAt" or "queuedAt" } when member.Value.GetString() is { } text && EventTime.FromIso(text) is null => $"the message's {member.Name} is not a time (ISO 8601)",
        { Name: "attempt" } when !IsCount(member.Value, int.MaxValue) => "the message's attempt is not a number of attempts",
        { Name: "replay" } when !IsCount(member.Value, MaxReplay) => "the message's replay is not a number of replays",
        { Name: "alone" or "resend" } when member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) => $"the message's {member.Name} is neither true nor false",
        { Name: "headers" } when member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null) => "the message's headers are not an object",
        { Name: "headers", Value.ValueKind: JsonValueKind.Object } => CheckHeaders(member.Value),
        _ => null,
    };

    private static string? CheckHeaders(JsonElement headers) =>
        headers.GetPropertyCount() > MaxHeaders ? $"the message has more than {MaxHeaders} headers"
        : headers.EnumerateObject().Any(header => header.Value.ValueKind != JsonValueKind.String) ? "a header of the message is not a text"
        : null;

    private static bool IsTextOrNull(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Null;

    private static bool IsCount(JsonElement value, long most) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 && count <= most;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        Text(root, name) is { } text ? EventTime.FromIso(text) : null;

    private static long Number(JsonElement root, string name) => root.TryGetProperty(name, out var member) ? member.GetInt64() : 0;

    private static bool Flag(JsonElement root, string name) => root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private static Dictionary<string, string>? Headers(JsonElement root)
    {
        if (!root.TryGetProperty("headers", out var headers) || headers.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers.EnumerateObject())
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
