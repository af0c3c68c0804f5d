using System.Buffers;
using Microsoft.AspNetCore.Http;
using UserSync.Sources;

namespace UserSync.Endpoints;

/// <summary>Tells a sender that its delivery was taken, in the way that it expects.</summary>
/// <param name="acknowledgement">What it expects.</param>
internal sealed class AcknowledgementResult(Acknowledgement acknowledgement) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = acknowledgement.Status;
        if (acknowledgement.Body is { Length: > 0 } body)
        {
            response.ContentType = acknowledgement.ContentType;
            response.ContentLength = body.Length;
            response.BodyWriter.Write(body);
        }
        else if (acknowledgement.Status != StatusCodes.Status204NoContent)
        {
            // Kestrel adds it to every status but 205, whose reader would wait for a body.
            response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }
}
