using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UserSync.Endpoints.Answers;

namespace UserSync.Endpoints;

/// <summary>A problem document (RFC 9457). It holds nothing personal and no secret.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type">What kind of problem it is, as a word.</param>
/// <param name="detail">What happened and what to do about it.</param>
public sealed class ProblemResult(int status, string type, string detail) : IResult
{
    private const string TypePrefix = "urn:truto-user-sync:problem:";

    /// <summary>How long to wait before trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The methods that would do; only with 405.</summary>
    public string? Allow { get; init; }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Signature realm=\"webhooks\"";
        }

        if (RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Seconds(delay);
        }

        if (Allow is not null)
        {
            response.Headers.Allow = Allow;
        }

        await using var writer = new Utf8JsonWriter(response.BodyWriter, JsonAnswer.Options);
        WriteTo(writer);
    }

    /// <summary>A delay as a header has it: whole seconds, rounded up.</summary>
    internal static string Seconds(TimeSpan delay) => Math.Max(0, (long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    internal void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(
        writer, new ProblemAnswer(TypePrefix + type, Title(type), status, detail), AnswerJson.Readable.ProblemAnswer);

    /// <summary>The word, written as a title: <c>rate-limited</c> becomes <c>Rate limited</c>.</summary>
    private static string Title(string type) => string.Concat(char.ToUpperInvariant(type[0]).ToString(), type[1..].Replace('-', ' '));
}
