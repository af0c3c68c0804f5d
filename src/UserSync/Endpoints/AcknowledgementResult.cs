using Microsoft.AspNetCore.Http;
using UserSync.Sources;

namespace UserSync.Endpoints;

/// <summary>Tells a sender that its delivery was taken, in the way that it expects.</summary>
/// <param name="acknowledgement">What it expects.</param>
internal sealed class AcknowledgementResult(Acknowledgement acknowledgement) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = acknowledgement.Status;
        if (acknowledgement.Body is { Length: > 0 } body)
        {
            response.ContentType = acknowledgement.ContentType;
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
