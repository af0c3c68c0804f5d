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
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var failures = endings.Select(ending => ending.Conclusion.Failure).OfType<Failure>().ToList();
        if (failures.Count == 0 && source.Acknowledgement.IsExact)
        {
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
            await WriteSingleAsync(httpContext.Response, endings[0]);
        }
    }

    private async Task WriteSingleAsync(HttpResponse response, Ending ending)
    {
        response.StatusCode = source.Acknowledgement.Status;
        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, JsonAnswer.Options);
        if (ending.Conclusion.Status == OutcomeStatus.Applied)
        {
            OutcomeJson.WriteResponse(writer, ending.Update);
        }
        else
        {
            OutcomeJson.Write(writer, ending);
        }
    }

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

        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, JsonAnswer.Options);
        writer.WriteStartArray();
        foreach (var ending in endings)
        {
            OutcomeJson.Write(writer, ending);
        }

        writer.WriteEndArray();
    }
}
