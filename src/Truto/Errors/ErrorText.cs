using System.Buffers;
using System.Globalization;
using System.Text;
using Truto.Http;

namespace Truto.Errors;

/// <summary>
/// Words the messages of errors, from nothing but the cause, the status, the route template and machine names: never from what
/// Truto or the provider wrote, which may repeat personal data.
/// </summary>
internal static class ErrorText
{
    private const int LongestName = 64;
    private const int MostNames = 20;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-[]");

    /// <summary>What failed, and what to do about it.</summary>
    public static string Compose(LogicalCall call, TrutoErrorCause cause, int? status, string advice)
    {
        var text = new StringBuilder(call.Operation.Name).Append(": ").Append(cause);
        if (status is { } code)
        {
            text.Append(CultureInfo.InvariantCulture, $" (HTTP {code})");
        }

        text.Append(". ").Append(advice);
        if (call.Attempts > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $" This was attempt {call.Attempts}.");
        }

        return text.ToString();
    }

    /// <summary>
    /// A list of machine names for a message. A name that could be anything else is counted instead of shown, and so is one that
    /// repeats the token.
    /// </summary>
    public static string Names(IReadOnlyList<string> names, string? token)
    {
        var shown = names.Where(name => IsMachineName(name) && (token is null || !name.Contains(token, StringComparison.Ordinal)))
            .Take(MostNames).ToArray();
        var more = names.Count - shown.Length;
        return (shown.Length, more) switch
        {
            (_, 0) => string.Join(", ", shown),
            (0, _) => string.Create(CultureInfo.InvariantCulture, $"{more}, see the exception's properties"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", shown)} and {more} more, see the exception's properties"),
        };
    }

    /// <summary>What to do about a cause, in general.</summary>
    public static string Advice(TrutoErrorCause cause) => cause switch
    {
        TrutoErrorCause.RequestRejected => "Truto refused the request; correct it before sending it again (see TrutoMessage).",
        TrutoErrorCause.TokenRejected => "Truto refused the token: it is missing, expired or wrong; supply a valid one.",
        TrutoErrorCause.ReauthenticationRequired =>
            "The provider refused the account's connection; the end user must reconnect the integrated account.",
        TrutoErrorCause.MissingScopes => "The connection lacks permissions; the end user must reconnect the integrated account with them.",
        TrutoErrorCause.Forbidden => "Access was refused; check what the token and the integrated account may do.",
        TrutoErrorCause.SandboxReadOnly =>
            "The account is a sandbox account, which is read-only, or its integration cannot do this; use a production account.",
        TrutoErrorCause.NotFound =>
            "There is no such record, or the token does not see the account; check the id, the account and the token.",
        TrutoErrorCause.Conflict => "The provider refused a value that another record already has; change the value.",
        TrutoErrorCause.ProviderValidation => "The provider refused the values; correct them (see RawResponse).",
        TrutoErrorCause.RateLimited => "A rate limit is used up; try again later (see RetryAfter).",
        TrutoErrorCause.AccountBlocked => "Truto has blocked the integrated account; contact Truto's support.",
        TrutoErrorCause.ProviderFailure => "The provider failed or did not answer; try again later.",
        TrutoErrorCause.TrutoFailure => "Truto failed; try again later.",
        TrutoErrorCause.InvalidResponse => "The answer cannot be used.",
        TrutoErrorCause.Timeout => "There was no complete answer in time; try again later.",
        TrutoErrorCause.ConnectionFailed => "Truto could not be reached, or the connection broke; try again later.",
        _ => "The call failed.",
    };

    private static bool IsMachineName(string name) =>
        name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
