using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UserSync.Outcomes;
using UserSync.Sources;

namespace UserSync.Endpoints;

/// <summary>
/// Answers a sender that waits: with Truto's unified response for one event, with an array of results for an array of events. Where
/// an event may succeed later, the status tells the sender to send the delivery again, which is harmless for the events that
/// succeeded.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="outcomes">What became of the events.</param>
/// <param name="isArray">Whether the delivery was an array of events.</param>
internal sealed class OutcomesResult(Source source, IReadOnlyList<Outcome> outcomes, bool isArray) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var failures = outcomes.Select(outcome => outcome.Failure).OfType<Failure>().ToList();
        if (failures.Count == 0 && source.Acknowledgement.Body is not null)
        {
            // This vendor takes nothing else for a success.
            await new AcknowledgementResult(source.Acknowledgement).ExecuteAsync(httpContext);
        }
        else if (isArray)
        {
            await WriteArrayAsync(httpContext.Response, failures);
        }
        else if (failures is [var failure])
        {
            await Problems.Of(failure).ExecuteAsync(httpContext);
        }
        else
        {
            await WriteSingleAsync(httpContext.Response, outcomes[0]);
        }
    }

    private async Task WriteSingleAsync(HttpResponse response, Outcome outcome)
    {
        response.StatusCode = source.Acknowledgement.Status;
        if (!source.Acknowledgement.HasBody)
        {
            return;
        }

        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, JsonAnswer.Options);
        if (outcome.Status == OutcomeStatus.Applied)
        {
            WriteResponse(writer, outcome);
        }
        else
        {
            WriteResult(writer, outcome);
        }
    }

    private static void WriteResult(Utf8JsonWriter writer, Outcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("event", outcome.Event.Id);
        writer.WriteString("outcome", Word(outcome.Status));
        if (outcome.SkipReason is { } reason)
        {
            writer.WriteString("reason", reason == SkipReason.Filtered ? "filtered" : "unchanged");
        }

        if (outcome.UserId is { Length: > 0 } user)
        {
            writer.WriteString("user", user);
        }

        if (outcome.Status == OutcomeStatus.Applied)
        {
            writer.WritePropertyName("response");
            WriteResponse(writer, outcome);
        }

        if (outcome.Failure is { } failure)
        {
            writer.WritePropertyName("problem");
            Problems.Of(failure).WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter writer, Outcome outcome)
    {
        if (outcome.Response is { } response)
        {
            response.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static string Word(OutcomeStatus status) => status switch
    {
        OutcomeStatus.Applied => "applied",
        OutcomeStatus.Skipped => "skipped",
        _ => "failed",
    };

    private async Task WriteArrayAsync(HttpResponse response, List<Failure> failures)
    {
        response.StatusCode = source.Acknowledgement.Status;
        var retry = failures.Find(failure => failure.IsTransient);
        if (retry is not null)
        {
            response.StatusCode = Problems.StatusOf(retry);
            response.Headers.RetryAfter = ProblemResult.Seconds(failures.Max(failure => failure.RetryAfter) ?? TimeSpan.FromSeconds(10));
        }
        else if (failures.Count > 0)
        {
            response.StatusCode = StatusCodes.Status207MultiStatus;
        }
        else if (!source.Acknowledgement.HasBody)
        {
            return;
        }

        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, JsonAnswer.Options);
        writer.WriteStartArray();
        foreach (var outcome in outcomes)
        {
            WriteResult(writer, outcome);
        }

        writer.WriteEndArray();
    }
}
