using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Endpoints;

/// <summary>How outcomes are written in answers to senders.</summary>
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
}
