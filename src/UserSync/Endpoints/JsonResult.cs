using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace UserSync.Endpoints;

/// <summary>An answer in JSON, never kept by anybody on its way.</summary>
/// <param name="status">The status.</param>
/// <param name="write">Writes the answer.</param>
internal sealed class JsonResult(int status, Action<Utf8JsonWriter> write) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, JsonAnswer.Options);
        write(writer);
    }
}
