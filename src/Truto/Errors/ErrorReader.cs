using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Truto.Http;

namespace Truto.Errors;

/// <summary>
/// Reads the cause of an unsuccessful response. Truto guarantees <c>statusCode</c>, <c>error</c> and <c>message</c>, and adds
/// <c>truto_is_remote_error</c> and <c>raw_response</c> where the provider refused. Source: Truto's documentation, "Errors", and
/// its error model.
/// </summary>
internal static class ErrorReader
{
    private const int LongestPage = 4096;

    /// <summary>Makes the error of a response.</summary>
    /// <param name="call">The call that was answered.</param>
    /// <param name="response">The response, with its status and headers.</param>
    /// <param name="body">The body, or <see langword="null"/> where it is too large to read.</param>
    /// <param name="maxDepth">How deep the body may be nested.</param>
    /// <param name="now">The time, for headers that name a point in time.</param>
    public static TrutoException Read(
        LogicalCall call, HttpResponseMessage response, ReadOnlyMemory<byte>? body, int maxDepth, DateTimeOffset now)
    {
        var status = response.StatusCode;
        if ((int)status < 400)
        {
            return Failure.Invalid(
                call, (int)status, "Truto answered with a redirect or another status that no call expects; check BaseAddress.");
        }

        var isJson = TryParse(body, maxDepth, out var envelope);
        var insight = Json.Member(envelope, "truto_error_insight") is { } hints ? TrutoErrorInsight.Read(hints) : null;
        var isRemote = Json.Member(envelope, "truto_is_remote_error") is { ValueKind: JsonValueKind.True } || insight is { IsRemote: true };
        var cause = Classify(call.Operation.Method, status, isRemote, isGateway: !isJson, insight is { MissingScopes.Count: > 0 });
        var rateLimit = RateLimitHeaders.Read(response.Headers, now);
        var retryAfter = RetryDelay.Asked(response.Headers, status, rateLimit, now);
        RateLimitOwner? limitedBy = cause is not TrutoErrorCause.RateLimited ? null
            : isRemote || insight is { IsRateLimit: true } ? RateLimitOwner.Provider
            : RateLimitOwner.Truto;
        return new TrutoException(
            cause, ErrorText.Compose(call, cause, (int)status, Advice(cause, isRemote, limitedBy, retryAfter, insight, call.Token)))
        {
            StatusCode = (int)status,
            IsTransient = IsTransient(status, isRemote),
            IsRemote = isRemote,
            TrutoMessage = Json.Member(envelope, "message") is { } message ? Json.Text(message) : null,
            RawResponse = isJson ? Json.Member(envelope, "raw_response") : Page(body),
            Insight = insight,
            Details = Json.Member(envelope, "details"),
            UnknownMembers = Unknown(envelope),
            RateLimit = rateLimit,
            RetryAfter = retryAfter,
            LimitedBy = limitedBy,
            Attempts = call.Attempts,
        };
    }

    /// <summary>The cause of an error status.</summary>
    /// <param name="method">The method of the request; only a write can meet a read-only account.</param>
    /// <param name="status">A status from 400.</param>
    /// <param name="isRemote">Whether the provider refused, not Truto.</param>
    /// <param name="isGateway">Whether the body is no JSON, so that it comes from something in front of Truto.</param>
    /// <param name="namesScopes">Whether missing scopes are named.</param>
    internal static TrutoErrorCause Classify(
        HttpMethod method, HttpStatusCode status, bool isRemote, bool isGateway, bool namesScopes) => status switch
        {
            HttpStatusCode.Unauthorized => isRemote ? TrutoErrorCause.ReauthenticationRequired : TrutoErrorCause.TokenRejected,
            HttpStatusCode.Forbidden => namesScopes ? TrutoErrorCause.MissingScopes : TrutoErrorCause.Forbidden,
            HttpStatusCode.NotFound => TrutoErrorCause.NotFound,
            HttpStatusCode.MethodNotAllowed when !isRemote && method != HttpMethod.Get => TrutoErrorCause.SandboxReadOnly,
            HttpStatusCode.Conflict => TrutoErrorCause.Conflict,
            HttpStatusCode.UnprocessableEntity => TrutoErrorCause.ProviderValidation,
            HttpStatusCode.TooManyRequests => TrutoErrorCause.RateLimited,
            < HttpStatusCode.InternalServerError => isRemote ? TrutoErrorCause.ProviderValidation : TrutoErrorCause.RequestRejected,
            _ when isRemote => TrutoErrorCause.ProviderFailure,
            HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout when !isGateway => TrutoErrorCause.ProviderFailure,
            HttpStatusCode.ServiceUnavailable when !isGateway => TrutoErrorCause.AccountBlocked,
            _ => TrutoErrorCause.TrutoFailure,
        };

    /// <summary>Whether a status may be retried: 429, 500, 502, 504, and of the others only a provider's own failure.</summary>
    internal static bool IsTransient(HttpStatusCode status, bool isRemote) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.GatewayTimeout
        || (isRemote && status >= HttpStatusCode.InternalServerError);

    private static string Advice(
        TrutoErrorCause cause, bool isRemote, RateLimitOwner? limitedBy, TimeSpan? retryAfter, TrutoErrorInsight? insight, string? token)
    {
        var advice = cause switch
        {
            TrutoErrorCause.MissingScopes =>
                $"The connection lacks scopes: {ErrorText.Names(insight!.MissingScopes, token)}. The end user must reconnect with them.",
            TrutoErrorCause.RateLimited =>
                $"{(limitedBy is RateLimitOwner.Provider ? "The provider's" : "Truto's")} rate limit is used up; try again "
                + (retryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $"in {wait.TotalSeconds:0.#} s.") : "later."),
            TrutoErrorCause.NotFound when isRemote => "The provider has no such record; check the id.",
            _ => ErrorText.Advice(cause),
        };
        if (insight is { MissingBodyFields: { Count: > 0 } fields })
        {
            advice += $" Missing body fields: {ErrorText.Names(fields, token)}.";
        }

        if (insight is { MissingQueryParameters: { Count: > 0 } parameters })
        {
            advice += $" Missing query parameters: {ErrorText.Names(parameters, token)}.";
        }

        return advice;
    }

    /// <summary>Truto's body, and whether it may be one: an empty body counts as such, a gateway's page does not.</summary>
    private static bool TryParse(ReadOnlyMemory<byte>? body, int maxDepth, out JsonElement? envelope)
    {
        envelope = null;
        if (body is not { } bytes || Json.IsBlank(bytes.Span))
        {
            return true;
        }

        if (!Json.TryParse(bytes.Span, maxDepth, out var element))
        {
            return false;
        }

        envelope = element;
        return true;
    }

    private static Dictionary<string, JsonElement> Unknown(JsonElement? envelope)
    {
        var unknown = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in Json.Members(envelope))
        {
            if (name is not ("statusCode" or "error" or "message" or "truto_is_remote_error" or "raw_response" or "truto_error_insight"
                or "details"))
            {
                unknown[name] = value;
            }
        }

        return unknown;
    }

    private static JsonElement? Page(ReadOnlyMemory<byte>? body)
    {
        if (body is not { } bytes)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, LongestPage)]);
        return JsonElement.Parse($"\"{JsonEncodedText.Encode(text)}\"");
    }
}
