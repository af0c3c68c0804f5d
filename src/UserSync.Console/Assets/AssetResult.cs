using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace UserSync.Console.Assets;

/// <summary>Serves a file, or says that the browser's copy is good.</summary>
/// <param name="asset">The file.</param>
internal sealed class AssetResult(Asset asset) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = $"\"{asset.Version}\"";
        var response = httpContext.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
        if (httpContext.Request.Headers.IfNoneMatch is [{ } known] && EntityTagHeaderValue.TryParse(known, out var parsed) && parsed.Tag == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = asset.ContentType;
        response.ContentLength = asset.Content.Length;
        await response.Body.WriteAsync(asset.Content, httpContext.RequestAborted);
    }
}
