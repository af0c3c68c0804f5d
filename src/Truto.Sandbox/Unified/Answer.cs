using System.Globalization;
using Microsoft.AspNetCore.Http;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>A whole answer, made before any of it is sent, so that it can be kept, lost or spoiled.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The type of the body; null where there is none.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(int Status, string? ContentType, byte[] Body)
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>Whether the provider was asked and made a change.</summary>
    public bool Executed { get; init; }

    /// <summary>Whether the body is sent in chunks, without its length.</summary>
    public bool Chunked { get; init; }

    /// <summary>The seconds of <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The provider's limit, for the headers of an answer that the provider gave.</summary>
    public SandboxRateLimit? ProviderLimit { get; init; }

    /// <summary>What the provider says about its limit.</summary>
    public RateReading ProviderReading { get; init; }

    /// <summary>The same answer without what the provider said about its limit back then.</summary>
    public Answer AsReplay() => this with { ProviderLimit = null, RetryAfter = null };

    /// <summary>The same answer with a body that is not what it should be.</summary>
    public Answer AsGarbage() => this with
    {
        Status = Status == StatusCodes.Status204NoContent ? StatusCodes.Status200OK : Status,
        ContentType = Json,
        Body = [.. "{\"id\":\"\\u00"u8, 0xFF, 0xFE, 0x00],
    };

    public async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (ProviderLimit is not null)
        {
            response.Headers["ratelimit-limit"] = ProviderLimit.HeaderValue;
            response.Headers["ratelimit-remaining"] = ProviderReading.Remaining.ToString(CultureInfo.InvariantCulture);
            response.Headers["ratelimit-reset"] = ProviderReading.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        }

        if (ContentType is null)
            return;
        response.ContentType = ContentType;
        if (!Chunked)
        {
            response.ContentLength = Body.Length;
            await response.BodyWriter.WriteAsync(Body, cancellationToken);
            return;
        }

        var half = Body.Length / 2;
        await response.BodyWriter.WriteAsync(Body.AsMemory(0, half), cancellationToken);
        await response.BodyWriter.WriteAsync(Body.AsMemory(half), cancellationToken);
    }
}
