using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace UserSync.Endpoints;

/// <summary>An answer in JSON, never kept by anybody on its way.</summary>
/// <param name="status">The status.</param>
/// <param name="write">Writes the answer.</param>
internal sealed class JsonResult(int status, Action<Utf8JsonWriter> write) : IResult
{
    /// <summary>An answer that is a value.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <param name="status">The status.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written.</param>
    internal static JsonResult Of<T>(int status, T value, JsonTypeInfo<T> type) => new(status, writer => JsonSerializer.Serialize(writer, value, type));

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
