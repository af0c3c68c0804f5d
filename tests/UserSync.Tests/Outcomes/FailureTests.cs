using Truto;
using Truto.Crm;
using Truto.Errors;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Outcomes;

public sealed class FailureTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData(TrutoErrorCause.RequestRejected, "request-rejected", "Truto refused the update.")]
    [InlineData(TrutoErrorCause.ReauthenticationRequired, "reauthentication-required", "The CRM refused the account's connection: its owner must connect it again.")]
    [InlineData(TrutoErrorCause.Forbidden, "forbidden", "The CRM does not allow the account to update this user.")]
    [InlineData(TrutoErrorCause.SandboxReadOnly, "read-only", "The account is a sandbox account, which cannot be written to.")]
    [InlineData(TrutoErrorCause.NotFound, "not-found", "The CRM has no such user, or the token does not see the account.")]
    [InlineData(TrutoErrorCause.Conflict, "conflict", "Another user of the CRM has a value that must be unique.")]
    [InlineData(TrutoErrorCause.ProviderValidation, "provider-validation", "The CRM refused the values of the update.")]
    [InlineData(TrutoErrorCause.AccountBlocked, "account-blocked", "Truto has blocked the account: ask Truto's support.")]
    public void What_would_fail_again_is_not_tried_again(TrutoErrorCause cause, string word, string reason) =>
        Assert.Equal(new Failure(word, reason, IsTransient: false), Failure.Of(new TrutoException(cause) { RetryAfter = Delay }));

    [Theory]
    [InlineData(TrutoErrorCause.TokenRejected, "token-rejected", "Truto refused the API token: replace it in the secret store.")]
    [InlineData(TrutoErrorCause.RateLimited, "rate-limited", "The rate limit of Truto is used up.")]
    [InlineData(TrutoErrorCause.ProviderFailure, "provider-failure", "The CRM failed.")]
    [InlineData(TrutoErrorCause.TrutoFailure, "truto-failure", "Truto failed.")]
    [InlineData(TrutoErrorCause.InvalidResponse, "invalid-response", "Truto's answer could not be used.")]
    [InlineData(TrutoErrorCause.Timeout, "timeout", "Truto did not answer in time.")]
    [InlineData(TrutoErrorCause.ConnectionFailed, "connection-lost", "The connection to Truto broke before it had answered.")]
    [InlineData((TrutoErrorCause)999, "unknown", "The update failed.")]
    public void What_may_pass_is_tried_again_after_the_wait_that_was_asked_for(TrutoErrorCause cause, string word, string reason) =>
        Assert.Equal(new Failure(word, reason, IsTransient: true, Delay), Failure.Of(new TrutoException(cause) { RetryAfter = Delay }));

    [Theory]
    [InlineData(RateLimitOwner.Provider, "The rate limit of the CRM is used up.")]
    [InlineData(RateLimitOwner.Truto, "The rate limit of Truto is used up.")]
    public void A_rate_limit_is_somebodys(RateLimitOwner owner, string reason) =>
        Assert.Equal(reason, Failure.Of(new TrutoException(TrutoErrorCause.RateLimited) { LimitedBy = owner }).Reason);

    [Fact]
    public async Task Names_are_shown_and_what_may_be_anything_else_is_counted()
    {
        var longest = new string('n', 64);

        var failure = await FailAsync(400, $$"""
            "missing_required_body_fields": { "value": ["first_name", "a.b/c:d-[0]", "{{longest}}", "{{longest}}n", "", "ada@example.com", "x-api-token"] }
            """);

        Assert.Equal($"Truto refused the update: it lacks first_name, a.b/c:d-[0], {longest}, 4 more.", failure.Reason);
    }

    [Fact]
    public async Task Twenty_names_are_shown_and_the_rest_is_counted()
    {
        var names = Enumerable.Range(0, 22).Select(i => $"n{i}").ToList();

        var failure = await FailAsync(400, $$"""
            "missing_required_body_fields": { "value": ["{{string.Join("\",\"", names)}}"] }
            """);

        Assert.Equal($"Truto refused the update: it lacks {string.Join(", ", names.Take(20))}, 2 more.", failure.Reason);
    }

    [Fact]
    public async Task Missing_scopes_are_named()
    {
        var failure = await FailAsync(403, """
            "forbidden_error": { "value": { "missing_scopes": ["users.write", "users.read"] } }
            """);

        Assert.Equal(
            new Failure(
                "missing-scopes",
                "The account's connection lacks scopes (users.write, users.read): its owner must connect it again with them.",
                IsTransient: false),
            failure);
    }

    [Fact]
    public void What_fails_here_says_so_in_its_own_words() => Assert.Equal(
        [
            new Failure("no-token", "The secret \"s\" holds no API token.", IsTransient: true),
            new Failure("secrets-unavailable", "The API token cannot be read from the secret store.", IsTransient: true),
            new Failure("rate-limited", "The limit on updates is used up for longer than a sender is kept waiting.", IsTransient: true, Delay),
            new Failure("no-source", "There is no source \"s\" that can run.", IsTransient: true),
            new Failure("malformed", "The message cannot be processed: it is empty.", IsTransient: false),
            new Failure("given-up", "The message was given up after it had failed again and again.", IsTransient: false),
            new Failure("cannot-be-sent", "why", IsTransient: false),
            new Failure("timeout", "The update was not finished in the time that a sender is kept waiting.", IsTransient: true),
        ],
        [
            Failure.NoToken("s"), Failure.NoSecretStore(), Failure.OverLimit(Delay), Failure.NoSource("s"), Failure.Malformed("it is empty"), Failure.GivenUp(),
            Failure.CannotBeSent("why"), Failure.OutOfTime(),
        ]);

    [Fact]
    public void Waiting_for_a_limit_or_a_token_spends_no_attempt()
    {
        Assert.All(
            (Failure[])[Failure.NoToken("s"), Failure.NoSecretStore(), Failure.OverLimit(Delay), Failure.GivenUp()],
            failure => Assert.False(failure.SpendsAttempt));
        Assert.All((Failure[])[Failure.OutOfTime(), Failure.NoSource("s")], failure => Assert.True(failure.SpendsAttempt));
    }

    private static async Task<Failure> FailAsync(int status, string insight)
    {
        var users = TestTruto.Over(new Script(Script.Answer(status, $$"""{ "truto_error_insight": { {{insight}} } }"""))).CrmUsers;
        var error = await Assert.ThrowsAsync<TrutoException>(() => users.UpdateAsync(
            "42",
            new CrmUserPatch { Email = "ada@example.com" },
            new TrutoCall { Token = "api-token" },
            TestContext.Current.CancellationToken));
        return Failure.Of(error, "api-token");
    }
}
