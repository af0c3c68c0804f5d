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
/// <param name="endings">How the events ended.</param>
/// <param name="isArray">Whether the delivery was an array of events.</param>
internal sealed class OutcomesResult(Source source, IReadOnlyList<Ending> endings, bool isArray) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var failures = Failures();
        if (failures is null && source.Acknowledgement.IsExact)
        {
            return new AcknowledgementResult(source.Acknowledgement).ExecuteAsync(httpContext);
        }

        if (!isArray && failures is [var failure])
        {
            return Problems.Of(failure).ExecuteAsync(httpContext);
        }

        httpContext.Response.StatusCode = source.Acknowledgement.Status;
        if (isArray)
        {
            WriteArray(httpContext.Response, failures);
        }
        else
        {
            JsonAnswer.Write(httpContext.Response, endings[0], WriteSingle);
        }

        return Task.CompletedTask;
    }

    private static void WriteSingle(Utf8JsonWriter writer, Ending ending)
    {
        if (ending.Conclusion.Status == OutcomeStatus.Applied)
        {
            OutcomeJson.WriteResponse(writer, ending.Update);
        }
        else
        {
            OutcomeJson.Write(writer, ending);
        }
    }

    private static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<Ending> endings)
    {
        writer.WriteStartArray();
        foreach (var ending in endings)
        {
            OutcomeJson.Write(writer, ending);
        }

        writer.WriteEndArray();
    }

    private void WriteArray(HttpResponse response, List<Failure>? failures)
    {
        var retry = failures?.Find(failure => failure.IsTransient);
        if (retry is not null)
        {
            response.StatusCode = Problems.StatusOf(retry);
            response.Headers.RetryAfter = ProblemResult.Seconds(failures!.Max(failure => failure.RetryAfter) ?? TimeSpan.FromSeconds(10));
        }
        else if (failures is not null)
        {
            response.StatusCode = StatusCodes.Status207MultiStatus;
        }

        JsonAnswer.Write(response, endings, WriteAll);
    }

    /// <summary>Why events failed; <see langword="null"/> where none did.</summary>
    private List<Failure>? Failures()
    {
        List<Failure>? failures = null;
        for (var i = 0; i < endings.Count; i++)
        {
            if (endings[i].Conclusion.Failure is { } failure)
            {
                (failures ??= []).Add(failure);
            }
        }

        return failures;
    }
}
