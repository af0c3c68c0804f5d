using System.Text.Json;

namespace Truto.Http;

/// <summary>A success whose body is in memory.</summary>
/// <param name="Call">The call that was answered.</param>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Body">The JSON, or <see langword="null"/> where there is no body.</param>
/// <param name="RateLimit">The rate limit that the headers report.</param>
internal readonly record struct ApiResponse(LogicalCall Call, int StatusCode, JsonElement? Body, RateLimit? RateLimit)
{
    /// <summary>The response as callers see it.</summary>
    public TrutoResponse<T> As<T>(T value, JsonElement? body) => new()
    {
        Value = value,
        StatusCode = StatusCode,
        Body = body,
        RateLimit = RateLimit,
        Attempts = Call.Attempts,
        IdempotencyKey = Call.IdempotencyKey,
    };
}
