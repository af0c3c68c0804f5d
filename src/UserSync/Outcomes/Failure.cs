using Truto.Errors;
using UserSync.Mapping;

namespace UserSync.Outcomes;

/// <summary>Why an event could not be applied. Nothing in it is personal: it may be logged, and answered to the sender.</summary>
/// <param name="Cause">The cause as a word, for example <c>provider-validation</c>.</param>
/// <param name="Reason">What happened and what to do about it.</param>
/// <param name="IsTransient">Whether the same event may succeed later without anybody doing anything.</param>
/// <param name="RetryAfter">How long to wait at the least; <see langword="null"/> where nobody says.</param>
public sealed record Failure(string Cause, string Reason, bool IsTransient, TimeSpan? RetryAfter = null)
{
    /// <summary>The cause of an event that cannot be mapped.</summary>
    public const string MappingFailed = "mapping";

    /// <summary>The cause of an update whose token Truto refused.</summary>
    public const string TokenRejected = "token-rejected";

    /// <summary>The cause of an event whose time ran out.</summary>
    public const string TimedOut = "timeout";

    /// <summary>An event that cannot be mapped: every problem that was found.</summary>
    /// <param name="problems">The problems.</param>
    public static Failure Of(IEnumerable<MappingProblem> problems) => new(MappingFailed, string.Join("; ", problems), IsTransient: false);

    /// <summary>An update that failed.</summary>
    /// <param name="exception">What the client says.</param>
    public static Failure Of(TrutoException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        // A rejected token is replaced by whoever rotates it: the event is good, and can wait for that.
        var isTransient = exception.IsTransient || exception.Cause is TrutoErrorCause.TokenRejected or TrutoErrorCause.InvalidResponse;
        return new Failure(Word(exception.Cause), exception.Message, isTransient, exception.RetryAfter);
    }

    /// <summary>No API token: the event is good, and can wait for it.</summary>
    /// <param name="secret">The name of the secret.</param>
    public static Failure NoToken(string secret) => new("no-token", $"The secret \"{secret}\" holds no API token.", IsTransient: true);

    /// <summary>A user id or a patch that cannot be sent.</summary>
    /// <param name="reason">Why.</param>
    public static Failure CannotBeSent(string reason) => new("cannot-be-sent", reason, IsTransient: false);

    /// <summary>An event whose turn did not come in the time that its sender waits.</summary>
    public static Failure OutOfTime() => new(TimedOut, "The update was not finished in the time that a sender is kept waiting.", IsTransient: true);

    private static string Word(TrutoErrorCause cause) => cause switch
    {
        TrutoErrorCause.RequestRejected => "request-rejected",
        TrutoErrorCause.TokenRejected => TokenRejected,
        TrutoErrorCause.ReauthenticationRequired => "reauthentication-required",
        TrutoErrorCause.MissingScopes => "missing-scopes",
        TrutoErrorCause.Forbidden => "forbidden",
        TrutoErrorCause.SandboxReadOnly => "read-only",
        TrutoErrorCause.NotFound => "not-found",
        TrutoErrorCause.Conflict => "conflict",
        TrutoErrorCause.ProviderValidation => "provider-validation",
        TrutoErrorCause.RateLimited => "rate-limited",
        TrutoErrorCause.AccountBlocked => "account-blocked",
        TrutoErrorCause.ProviderFailure => "provider-failure",
        TrutoErrorCause.TrutoFailure => "truto-failure",
        TrutoErrorCause.InvalidResponse => "invalid-response",
        TrutoErrorCause.Timeout => TimedOut,
        TrutoErrorCause.ConnectionFailed => "connection-failed",
        _ => "unknown",
    };
}
