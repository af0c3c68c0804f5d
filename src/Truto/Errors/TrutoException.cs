using System.Collections.ObjectModel;
using System.Text.Json;

namespace Truto.Errors;

/// <summary>
/// A call that failed. <see cref="Cause"/> says why, and the message says what to do; neither the message nor
/// <see cref="object.ToString"/> holds personal data, an id or a token. What Truto and the provider wrote is in the properties.
/// </summary>
public sealed class TrutoException : Exception
{
    /// <summary>Makes an error; the client itself makes those that callers meet.</summary>
    /// <param name="cause">Why the call failed.</param>
    /// <param name="message">What to do, free of personal data; <see langword="null"/> for the usual words on the cause.</param>
    /// <param name="innerException">What it came from.</param>
    public TrutoException(TrutoErrorCause cause, string? message = null, Exception? innerException = null)
        : base(message ?? ErrorText.Advice(cause), innerException)
    {
        Cause = cause;
        IsTransient = cause is TrutoErrorCause.RateLimited or TrutoErrorCause.ProviderFailure or TrutoErrorCause.TrutoFailure
            or TrutoErrorCause.Timeout or TrutoErrorCause.ConnectionFailed;
    }

    /// <summary>Why the call failed.</summary>
    public TrutoErrorCause Cause { get; }

    /// <summary>
    /// Whether the same call may succeed later. True for 429, 500, 502, 504, every 5xx of the provider's, a failed connection and a
    /// passed deadline; these are what the client itself retries. Never true for 409, and for 503 only where it is the provider's.
    /// </summary>
    public bool IsTransient { get; init; }

    /// <summary>
    /// Whether the request may have arrived, or may still arrive, although the call failed: a passed deadline, a connection that broke after
    /// it had been made, and what a gateway answers that heard nothing of use from behind it: 502, 504, and those above 504 that are not the
    /// provider's own.
    /// </summary>
    public bool MayHaveArrived => Cause switch
    {
        TrutoErrorCause.Timeout => true,
        TrutoErrorCause.ConnectionFailed => InnerException is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        },
        _ => StatusCode is 502 or 504 || (StatusCode > 504 && !IsRemote),
    };

    /// <summary>The HTTP status, or <see langword="null"/> where there was no response.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Whether the error is the provider's, not Truto's: <c>truto_is_remote_error</c>, or the hint <c>remote_error</c>.</summary>
    public bool IsRemote { get; init; }

    /// <summary>Truto's own message, written for people; may be missing, and may hold personal data.</summary>
    public string? TrutoMessage { get; init; }

    /// <summary>
    /// The provider's error body, <c>raw_response</c>: JSON, or a JSON string where it was none. Where the answer as a whole was no
    /// JSON (a gateway's page), the first 4096 bytes of it as a JSON string. May hold personal data.
    /// </summary>
    public JsonElement? RawResponse { get; init; }

    /// <summary>Truto's hints, or <see langword="null"/> where it gave none.</summary>
    public TrutoErrorInsight? Insight { get; init; }

    /// <summary>The OAuth scopes that the connection lacks; empty where none is named.</summary>
    public IReadOnlyList<string> MissingScopes => Insight?.MissingScopes ?? [];

    /// <summary>The member <c>details</c>, for example with the failures of a validation. May hold personal data.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>
    /// Members of the error that the client does not know; an <c>error_mapping</c> of the integration may add any. May hold
    /// personal data.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> UnknownMembers { get; init; } = ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>The rate limit that the response reports, or <see langword="null"/> where it reports none.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>
    /// How long to wait before another attempt: from <c>Retry-After</c>, else, for a used-up limit, from <c>ratelimit-reset</c>.
    /// Zero means at once, an hour an hour or longer; <see langword="null"/> that nothing was said.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whose limit is used up, where the cause is <see cref="TrutoErrorCause.RateLimited"/>.</summary>
    public RateLimitOwner? LimitedBy { get; init; }

    /// <summary>How many attempts were begun; 0 where the call failed before the first.</summary>
    public int Attempts { get; init; }
}
