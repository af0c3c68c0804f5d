using System.Globalization;
using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Endpoints;

/// <summary>How outcomes are written in answers.</summary>
internal static class OutcomeJson
{
    /// <summary>Writes how one event of a delivery ended, for the sender.</summary>
    internal static void Write(Utf8JsonWriter writer, Ending ending)
    {
        var conclusion = ending.Conclusion;
        writer.WriteStartObject();
        writer.WriteString("event", conclusion.EventId);
        writer.WriteString("outcome", Words.Of(conclusion.Status));
        WriteReason(writer, conclusion);
        WriteText(writer, "user", conclusion.UserId);
        if (conclusion.Status == OutcomeStatus.Applied)
        {
            writer.WritePropertyName("response");
            WriteResponse(writer, ending.Update);
        }

        if (conclusion.Failure is { } failure)
        {
            writer.WritePropertyName("problem");
            Problems.Of(failure).WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes Truto's response to an update.</summary>
    internal static void WriteResponse(Utf8JsonWriter writer, Update? update)
    {
        if (update?.Response is { } response)
        {
            response.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>Writes all that is known of an event, for the operator.</summary>
    internal static void Write(Utf8JsonWriter writer, Outcome outcome, Update? update)
    {
        var conclusion = outcome.Conclusion;
        writer.WriteStartObject();
        writer.WriteString("source", outcome.Source);
        writer.WriteString("event", outcome.EventId);
        WriteText(writer, "type", outcome.EventType);
        writer.WriteString("outcome", Words.Of(conclusion.Status));
        WriteReason(writer, conclusion);
        if (conclusion.Failure is { } failure)
        {
            writer.WriteStartObject("problem");
            writer.WriteString("cause", failure.Cause);
            writer.WriteString("reason", failure.Reason);
            writer.WriteEndObject();
        }

        WriteText(writer, "account", conclusion.Account);
        WriteText(writer, "user", conclusion.UserId);
        WriteTime(writer, "occurredAt", outcome.OccurredAt);
        WriteTime(writer, "receivedAt", outcome.ReceivedAt);
        if (conclusion.Status != OutcomeStatus.Received)
        {
            WriteTime(writer, "endedAt", conclusion.At);
        }

        if (conclusion.Attempts > 0)
        {
            writer.WriteNumber("attempts", conclusion.Attempts);
        }

        WriteText(writer, "trace", outcome.TraceParent);
        WriteUpdate(writer, update, conclusion.UpdateId);
        if (outcome.Event is { } data)
        {
            writer.WritePropertyName("data");
            data.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteUpdate(Utf8JsonWriter writer, Update? update, string? id)
    {
        if (update is null)
        {
            WriteText(writer, "update", id);
            return;
        }

        writer.WriteStartObject("update");
        writer.WriteString("id", update.Id);
        WriteTime(writer, "startedAt", update.StartedAt);
        writer.WriteNumber("milliseconds", (long)update.Duration.TotalMilliseconds);
        writer.WriteNumber("events", update.Events);
        writer.WritePropertyName("patch");
        update.Patch.WriteTo(writer);
        writer.WritePropertyName("response");
        WriteResponse(writer, update);
        writer.WriteEndObject();
    }

    private static void WriteReason(Utf8JsonWriter writer, Conclusion conclusion)
    {
        if (conclusion.SkipReason is { } reason)
        {
            writer.WriteString("reason", Words.Of(reason));
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset time) =>
        writer.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
}
