namespace Truto.Errors;

/// <summary>
/// Why a call failed: what a caller has to decide on. Truto uses the same status for different causes (a 401 of Truto's and a 401 of
/// the provider's need different people), so the cause is read from the whole response. Source of the statuses: Truto's error model.
/// </summary>
public enum TrutoErrorCause
{
    /// <summary>Truto refused the request, for example because a required field is missing: 400 and other 4xx of Truto's own.</summary>
    RequestRejected,

    /// <summary>Truto refused the token: 401 of Truto's own. It is missing, expired or wrong.</summary>
    TokenRejected,

    /// <summary>The provider refused the account's connection: remote 401. The end user must connect the account again.</summary>
    ReauthenticationRequired,

    /// <summary>The connection lacks permissions, which are listed: 403 with scopes. The end user must connect again with them.</summary>
    MissingScopes,

    /// <summary>Access was refused, and no missing scope is named: 403.</summary>
    Forbidden,

    /// <summary>
    /// A write was refused with 405: the account is a sandbox account, which is read-only, or its integration has no such method.
    /// </summary>
    SandboxReadOnly,

    /// <summary>No such record, or the account is not visible to the token: 404.</summary>
    NotFound,

    /// <summary>The provider refused a value that must be unique: 409.</summary>
    Conflict,

    /// <summary>The provider refused the values: 422, and other 4xx of the provider's.</summary>
    ProviderValidation,

    /// <summary>A rate limit is used up, Truto's or the provider's: 429.</summary>
    RateLimited,

    /// <summary>Truto has blocked the integrated account: 503 of Truto's own. Only Truto's support can lift it.</summary>
    AccountBlocked,

    /// <summary>The provider failed or gave no clean answer: 502, 504 and remote 5xx.</summary>
    ProviderFailure,

    /// <summary>Truto, or a gateway in front of it, failed: 500 and other 5xx.</summary>
    TrutoFailure,

    /// <summary>The answer cannot be used: a success that is not JSON or is too large, or a redirect, which is never followed.</summary>
    InvalidResponse,

    /// <summary>One of this client's own deadlines passed.</summary>
    Timeout,

    /// <summary>Truto could not be reached, or the connection broke before the answer was complete.</summary>
    ConnectionFailed,
}
