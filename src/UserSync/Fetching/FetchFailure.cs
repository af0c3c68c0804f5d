using UserSync.Outcomes;

namespace UserSync.Fetching;

/// <summary>Why a record could not be fetched. Nothing in it is personal, and no address with an id.</summary>
internal static class FetchFailure
{
    /// <summary>The source refuses its credentials.</summary>
    internal const string Unauthorized = "record-unauthorized";

    internal static Failure Gone() => Final("record-gone", "The source system has no record of this user any more.");

    internal static Failure Refused(int status) =>
        Final("record-refused", $"The source system refused the request for the record ({status}).");

    internal static Failure AddressRefused() => Final(
        "record-address",
        "The source system's host is in a network that records are not fetched from; \"allowPrivateAddresses\" in \"fetch\" allows private ones.");

    internal static Failure TooLarge(int most) => Final("record-too-large", $"The record is larger than {most} bytes.");

    internal static Failure Forbidden() =>
        Later("record-forbidden", "The source system does not let us see the record: give our credentials the right to read it.");

    internal static Failure Redirected(int status) =>
        Later(
            "record-redirected", $"The source system answered with a redirect ({status}), and none is followed: correct \"base\" or \"path\".");

    internal static Failure SourceFailed(int status, TimeSpan? retryAfter) =>
        Later("record-failure", $"The source system failed ({status}).", retryAfter);

    internal static Failure Unusable(string problem) => Later("record-unusable", $"The source system's answer cannot be used: {problem}.");

    internal static Failure Unreachable() => Later("connection-failed", "The source system could not be reached.");

    internal static Failure TimedOut() => Later(Failure.TimedOut, "The source system did not answer in time.");

    internal static Failure RateLimited(TimeSpan? retryAfter) =>
        Later(Failure.RateLimited, "The rate limit of the source system is used up.", retryAfter);

    internal static Failure RefusedCredentials(string? secret) => Later(
        Unauthorized,
        secret is null
            ? "The source system wants credentials: \"auth\" in \"fetch\" says that it needs none."
            : $"The source system refused the credentials in the secret \"{secret}\": replace it in the secret store.");

    internal static Failure NoToken(string? secret, string what) =>
        Later(Unauthorized, $"No access token was given for the secret \"{secret}\": {what}.");

    internal static Failure UnusableSecret(string secret, string problem) =>
        Later(Failure.TokenMissing, $"The secret \"{secret}\" cannot be used: {problem}.");

    internal static Failure NoSecret(string secret) => Later(Failure.TokenMissing, $"The secret \"{secret}\" has no value.");

    internal static Failure NoSecretStore() =>
        Later(Failure.SecretsUnavailable, "The credentials for the source system cannot be read from the secret store.");

    private static Failure Final(string cause, string reason) => new(cause, reason, IsTransient: false);

    private static Failure Later(string cause, string reason, TimeSpan? retryAfter = null) =>
        new(cause, reason, IsTransient: true, retryAfter);
}
