using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UserSync.Receiving.Verification;

namespace UserSync.Endpoints;

/// <summary>The error that transmitters of security events understand (RFC 8935, section 2.3 and 2.4).</summary>
/// <param name="error">The error code.</param>
/// <param name="description">The same in words.</param>
internal sealed class SecurityEventError(string error, string description) : IResult
{
    internal static SecurityEventError NotGenuine(Verdict verdict) => new(
        verdict switch
        {
            Verdict.MissingCredential => "authentication_failed",
            Verdict.Mismatch => "invalid_key",
            Verdict.WrongIssuer => "invalid_issuer",
            Verdict.WrongAudience => "invalid_audience",
            _ => "invalid_request",
        },
        "The security event could not be verified.");

    internal static SecurityEventError NotUnderstood() => new("invalid_request", "The security event could not be read.");

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        httpContext.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("err", error);
        writer.WriteString("description", description);
        writer.WriteEndObject();
    }
}
