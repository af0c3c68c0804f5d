using Microsoft.AspNetCore.Http;
using UserSync.Receiving.Handshakes;

namespace UserSync.Endpoints;

/// <summary>The answer to a handshake. A value that is echoed is never taken for a page.</summary>
/// <param name="reply">The answer.</param>
internal sealed class HandshakeResult(HandshakeReply reply) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = reply.Status;
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        if (reply.ContentType is not null)
        {
            response.ContentType = reply.ContentType;
            response.ContentLength = reply.Body.Length;
            await response.Body.WriteAsync(reply.Body, httpContext.RequestAborted);
        }
        else if (reply.Status != StatusCodes.Status204NoContent)
        {
            response.ContentLength = 0;
        }
    }
}
