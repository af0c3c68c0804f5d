using UserSync.Fetching;
using UserSync.Outcomes;

namespace UserSync.Tests.Fetching;

public sealed class FetchFailureTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(7);

    [Fact]
    public void Each_failure_says_what_went_wrong_what_to_do_and_whether_it_may_pass() => Assert.Equal(
        [
            new Failure("record-gone", "The source system has no record of this user any more.", IsTransient: false),
            new Failure("record-refused", "The source system refused the request for the record (400).", IsTransient: false),
            new Failure(
                "record-address",
                "The source system's host is in a network that records are not fetched from; \"allowPrivateAddresses\" in \"fetch\" allows private ones.",
                IsTransient: false),
            new Failure("record-too-large", "The record is larger than 9 bytes.", IsTransient: false),
            new Failure(
                "record-forbidden", "The source system does not let us see the record: give our credentials the right to read it.", IsTransient: true),
            new Failure(
                "record-redirected",
                "The source system answered with a redirect (302), and none is followed: correct \"base\" or \"path\".",
                IsTransient: true),
            new Failure("record-failure", "The source system failed (503).", IsTransient: true, Soon),
            new Failure("record-unusable", "The source system's answer cannot be used: it is no JSON.", IsTransient: true),
            new Failure("connection-failed", "The source system could not be reached.", IsTransient: true),
            new Failure("timeout", "The source system did not answer in time.", IsTransient: true),
            new Failure("rate-limited", "The rate limit of the source system is used up.", IsTransient: true, Soon),
            new Failure(
                "record-unauthorized", "The source system wants credentials: \"auth\" in \"fetch\" says that it needs none.", IsTransient: true),
            new Failure(
                "record-unauthorized", "The source system refused the credentials in the secret \"s\": replace it in the secret store.", IsTransient: true),
            new Failure("record-unauthorized", "No access token was given for the secret \"s\": it is wrong.", IsTransient: true),
            new Failure("no-token", "The secret \"s\" cannot be used: it is no key.", IsTransient: true),
            new Failure("no-token", "The secret \"s\" has no value.", IsTransient: true),
            new Failure(
                "secrets-unavailable", "The credentials for the source system cannot be read from the secret store.", IsTransient: true),
        ],
        [
            FetchFailure.Gone(), FetchFailure.Refused(400), FetchFailure.AddressRefused(), FetchFailure.TooLarge(9), FetchFailure.Forbidden(),
            FetchFailure.Redirected(302), FetchFailure.SourceFailed(503, Soon), FetchFailure.Unusable("it is no JSON"), FetchFailure.Unreachable(),
            FetchFailure.TimedOut(), FetchFailure.RateLimited(Soon), FetchFailure.RefusedCredentials(null), FetchFailure.RefusedCredentials("s"),
            FetchFailure.NoToken("s", "it is wrong"), FetchFailure.UnusableSecret("s", "it is no key"), FetchFailure.NoSecret("s"),
            FetchFailure.NoSecretStore(),
        ]);
}
