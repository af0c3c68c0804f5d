using System.Buffers;
using Truto.Errors;
using UserSync.Mapping;

namespace UserSync.Outcomes;

/// <summary>Why an event could not be applied. Nothing in it is personal: it may be logged, and answered to the sender.</summary>
/// <param name="Cause">The cause as a word, for example <c>provider-validation</c>.</param>
/// <param name="Reason">What happened and what to do about it.</param>
/// <param name="IsTransient">Whether the same event may succeed later without being changed.</param>
/// <param name="RetryAfter">How long to wait at the least; <see langword="null"/> where nobody says.</param>
public sealed record Failure(string Cause, string Reason, bool IsTransient, TimeSpan? RetryAfter = null)
{
    /// <summary>The cause of an event that cannot be mapped.</summary>
    public const string MappingFailed = "mapping-failed";

    /// <summary>The cause of an update whose token Truto refused.</summary>
    public const string TokenRejected = "token-rejected";

    /// <summary>The cause of an update for which a rate limit is used up.</summary>
    public const string RateLimited = "rate-limited";

    /// <summary>The cause of an update for which there is no API token.</summary>
    public const string TokenMissing = "no-token";

    /// <summary>The cause of an update for which the API token cannot be read.</summary>
    public const string SecretsUnavailable = "secrets-unavailable";

    /// <summary>The cause of an event whose time ran out.</summary>
    public const string TimedOut = "timeout";

    /// <summary>The cause of an update whose connection broke before Truto had answered.</summary>
    public const string ConnectionLost = "connection-lost";

    /// <summary>The cause of an update of which Truto heard nothing of use from the CRM, or a gateway nothing from Truto.</summary>
    public const string NoAnswer = "no-answer";

    private const int LongestName = 64;
    private const int MostNames = 20;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-[]");

    /// <summary>Whether this counts against the event. Waiting for a rate limit or for a token does not.</summary>
    public bool SpendsAttempt => IsTransient && Cause is not (RateLimited or TokenMissing or SecretsUnavailable);

    /// <summary>Whether the update may still arrive at Truto after it was given up.</summary>
    public bool MayStillArrive => Cause is TimedOut or ConnectionLost or NoAnswer;

    /// <summary>An event that cannot be mapped: every problem that was found.</summary>
    /// <param name="problems">The problems.</param>
    public static Failure Of(IEnumerable<MappingProblem> problems) => new(MappingFailed, string.Join("; ", problems), IsTransient: false);

    /// <summary>An update that failed.</summary>
    /// <param name="exception">What the client says.</param>
    /// <param name="token">The API token that was sent, which no reason repeats.</param>
    public static Failure Of(TrutoException exception, string? token = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Cause switch
        {
            TrutoErrorCause.RequestRejected => For("request-rejected", $"Truto refused the update{Missing(exception, token)}."),
            TrutoErrorCause.TokenRejected => Later(TokenRejected, "Truto refused the API token: replace it in the secret store.", exception),
            TrutoErrorCause.ReauthenticationRequired => For("reauthentication-required", "The CRM refused the account's connection: its owner must connect it again."),
            TrutoErrorCause.MissingScopes => For("missing-scopes", $"The account's connection lacks scopes ({Names(exception.MissingScopes, token)}): its owner must connect it again with them."),
            TrutoErrorCause.Forbidden => For("forbidden", "The CRM does not allow the account to update this user."),
            TrutoErrorCause.SandboxReadOnly => For("read-only", "The account is a sandbox account, which cannot be written to."),
            TrutoErrorCause.NotFound => For("not-found", "The CRM has no such user, or the token does not see the account."),
            TrutoErrorCause.Conflict => For("conflict", "Another user of the CRM has a value that must be unique."),
            TrutoErrorCause.ProviderValidation => For("provider-validation", "The CRM refused the values of the update."),
            TrutoErrorCause.RateLimited => Later(RateLimited, $"The rate limit of {(exception.LimitedBy == RateLimitOwner.Provider ? "the CRM" : "Truto")} is used up.", exception),
            TrutoErrorCause.AccountBlocked => For("account-blocked", "Truto has blocked the account: ask Truto's support."),
            TrutoErrorCause.ProviderFailure or TrutoErrorCause.TrutoFailure when exception.MayHaveArrived =>
                Later(NoAnswer, "The CRM gave Truto no answer of use, or Truto a gateway in front of it.", exception),
            TrutoErrorCause.ProviderFailure => Later("provider-failure", "The CRM failed.", exception),
            TrutoErrorCause.TrutoFailure => Later("truto-failure", "Truto failed.", exception),
            TrutoErrorCause.InvalidResponse => Later("invalid-response", "Truto's answer could not be used.", exception),
            TrutoErrorCause.Timeout => Later(TimedOut, "Truto did not answer in time.", exception),
            TrutoErrorCause.ConnectionFailed when exception.MayHaveArrived =>
                Later(ConnectionLost, "The connection to Truto broke before it had answered.", exception),
            TrutoErrorCause.ConnectionFailed => Later("connection-failed", "Truto could not be reached.", exception),
            _ => Later("unknown", "The update failed.", exception),
        };
    }

    /// <summary>No API token: the event is good, and can wait for it.</summary>
    /// <param name="secret">The name of the secret.</param>
    public static Failure NoToken(string secret) => new(TokenMissing, $"The secret \"{secret}\" holds no API token.", IsTransient: true);

    /// <summary>The secret store cannot be reached: the event is good, and can wait for it.</summary>
    public static Failure NoSecretStore() => new(SecretsUnavailable, "The API token cannot be read from the secret store.", IsTransient: true);

    /// <summary>An event whose user's turn is too far off to wait for it.</summary>
    /// <param name="delay">How far.</param>
    public static Failure OverLimit(TimeSpan delay) => new(RateLimited, "The limit on updates is used up for longer than a sender is kept waiting.", IsTransient: true, delay);

    /// <summary>An event whose source is not configured here, or not any more.</summary>
    /// <param name="source">The source.</param>
    public static Failure NoSource(string source) => new("no-source", $"There is no source \"{source}\" that can run.", IsTransient: true);

    /// <summary>A message that cannot be read.</summary>
    /// <param name="problem">What is wrong with it.</param>
    public static Failure Malformed(string problem) => For("malformed", $"The message cannot be processed: {problem}.");

    /// <summary>A message that the host gave up on.</summary>
    public static Failure GivenUp() => For("given-up", "The message was given up after it had failed again and again.");

    /// <summary>A user id or a patch that cannot be sent.</summary>
    /// <param name="reason">Why.</param>
    public static Failure CannotBeSent(string reason) => For("cannot-be-sent", reason);

    /// <summary>An event whose turn did not come in the time that its sender waits.</summary>
    public static Failure OutOfTime() => new(TimedOut, "The update was not finished in the time that a sender is kept waiting.", IsTransient: true);

    private static Failure For(string cause, string reason) => new(cause, reason, IsTransient: false);

    private static Failure Later(string cause, string reason, TrutoException exception) => new(cause, reason, IsTransient: true, exception.RetryAfter);

    private static string Missing(TrutoException exception, string? token) => exception.Insight?.MissingBodyFields is { Count: > 0 } fields
        ? $": it lacks {Names(fields, token)}"
        : string.Empty;

    /// <summary>Truto's lists of names may repeat what was sent: what could be anything else than a name is counted and not shown.</summary>
    private static string Names(IReadOnlyList<string> names, string? token)
    {
        var shown = names.Where(name => IsName(name) && (token is null || !name.Contains(token, StringComparison.Ordinal))).Take(MostNames).ToList();
        var more = names.Count - shown.Count;
        return more == 0 ? string.Join(", ", shown) : string.Join(", ", shown.Append($"{more} more"));
    }

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
