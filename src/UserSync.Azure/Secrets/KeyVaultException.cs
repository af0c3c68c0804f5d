using System.Net;
using System.Net.Http.Headers;
using Azure;
using Azure.Identity;

namespace UserSync.Azure.Secrets;

/// <summary>
/// Key Vault did not hand out a secret. What it answered is not repeated: the message names the status and the service's error code, and
/// the request id for Azure's support.
/// </summary>
internal sealed class KeyVaultException : Exception
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private KeyVaultException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>How long nobody is to ask the vault for anything; <see langword="null"/> where it did not say.</summary>
    internal TimeSpan? Pause { get; private init; }

    /// <summary>Whether the vault refused because it was asked too often.</summary>
    internal bool IsThrottled { get; private init; }

    /// <summary>The exception for a call that failed.</summary>
    /// <param name="cause">What the client says.</param>
    /// <param name="now">The time, to which the vault may refer.</param>
    internal static KeyVaultException Of(Exception cause, DateTimeOffset now) => Innermost(cause) switch
    {
        RequestFailedException { Status: > 0 } refused => Of(refused, now),
        AuthenticationFailedException unknown => new("There is no token for Key Vault. Check the identity and its roles.", unknown),
        OperationCanceledException => new("Key Vault did not answer in time."),
        HttpRequestException unreachable => new($"Key Vault cannot be reached ({unreachable.HttpRequestError})."),
        var other => new($"Key Vault's answer could not be used ({other.GetType().Name})."),
    };

    private static KeyVaultException Of(RequestFailedException refused, DateTimeOffset now)
    {
        var headers = refused.GetRawResponse()?.Headers;
        var reason = string.IsNullOrEmpty(refused.ErrorCode) ? $"{refused.Status}" : $"{refused.Status} {refused.ErrorCode}";
        var request = headers?.RequestId is { Length: > 0 and < 100 } id ? $" (request {id})" : string.Empty;
        var hint = refused.Status == (int)HttpStatusCode.Forbidden
            ? " Check that the identity has the role Key Vault Secrets User."
            : string.Empty;
        return new KeyVaultException($"Key Vault refused to hand it out: {reason}{request}.{hint}")
        {
            IsThrottled = refused.Status == (int)HttpStatusCode.TooManyRequests,
            Pause = headers?.TryGetValue("Retry-After", out var after) == true ? PauseOf(after, now) : null,
        };
    }

    private static TimeSpan? PauseOf(string? after, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(after, out var value))
        {
            return null;
        }

        var pause = value.Delta ?? value.Date - now ?? TimeSpan.Zero;
        return pause > LongestPause ? LongestPause : pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }

    /// <summary>The last of the failures of a call that was repeated, and what is behind it where no answer came.</summary>
    private static Exception Innermost(Exception cause) => cause switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Innermost(last),
        RequestFailedException { Status: 0, InnerException: { } inner } => Innermost(inner),
        _ => cause,
    };
}
