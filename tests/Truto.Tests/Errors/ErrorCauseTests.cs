using System.Net;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests.Errors;

public sealed class ErrorCauseTests
{
    private const string Scopes =
        """, "truto_error_insight":{"forbidden_error":{"description":"d","value":{"missing_scopes":["users.write","users.read"]}}}""";

    [Theory]
    [InlineData(400, false, TrutoErrorCause.RequestRejected, false)]
    [InlineData(400, true, TrutoErrorCause.ProviderValidation, false)]
    [InlineData(401, false, TrutoErrorCause.TokenRejected, false)]
    [InlineData(401, true, TrutoErrorCause.ReauthenticationRequired, false)]
    [InlineData(403, false, TrutoErrorCause.Forbidden, false)]
    [InlineData(403, true, TrutoErrorCause.Forbidden, false)]
    [InlineData(404, false, TrutoErrorCause.NotFound, false)]
    [InlineData(404, true, TrutoErrorCause.NotFound, false)]
    [InlineData(405, false, TrutoErrorCause.SandboxReadOnly, false)]
    [InlineData(405, true, TrutoErrorCause.ProviderValidation, false)]
    [InlineData(408, false, TrutoErrorCause.RequestRejected, false)]
    [InlineData(409, true, TrutoErrorCause.Conflict, false)]
    [InlineData(409, false, TrutoErrorCause.Conflict, false)]
    [InlineData(413, false, TrutoErrorCause.RequestRejected, false)]
    [InlineData(422, true, TrutoErrorCause.ProviderValidation, false)]
    [InlineData(422, false, TrutoErrorCause.ProviderValidation, false)]
    [InlineData(425, true, TrutoErrorCause.ProviderValidation, false)]
    [InlineData(429, false, TrutoErrorCause.RateLimited, true)]
    [InlineData(429, true, TrutoErrorCause.RateLimited, true)]
    [InlineData(500, false, TrutoErrorCause.TrutoFailure, true)]
    [InlineData(500, true, TrutoErrorCause.ProviderFailure, true)]
    [InlineData(501, false, TrutoErrorCause.TrutoFailure, false)]
    [InlineData(502, false, TrutoErrorCause.ProviderFailure, true)]
    [InlineData(502, true, TrutoErrorCause.ProviderFailure, true)]
    [InlineData(503, false, TrutoErrorCause.AccountBlocked, false)]
    [InlineData(503, true, TrutoErrorCause.ProviderFailure, true)]
    [InlineData(504, false, TrutoErrorCause.ProviderFailure, true)]
    [InlineData(504, true, TrutoErrorCause.ProviderFailure, true)]
    [InlineData(520, true, TrutoErrorCause.ProviderFailure, true)]
    public async Task The_status_and_its_origin_tell_the_cause(int status, bool remote, TrutoErrorCause cause, bool transient)
    {
        var error = await FailAsync(Script.Answer(status, Envelope(status, remote ? ",\"truto_is_remote_error\":true" : "")));

        Assert.Equal((cause, transient), (error.Cause, error.IsTransient));
        Assert.Equal((status, remote), (error.StatusCode, error.IsRemote));
        Assert.Equal(cause is TrutoErrorCause.RateLimited, error.LimitedBy is not null);
        Assert.Equal("what Truto says", error.TrutoMessage);
    }

    [Fact]
    public async Task A_403_with_scopes_lists_them()
    {
        var error = await FailAsync(Script.Answer(403, Envelope(403, Scopes)));

        Assert.Equal(TrutoErrorCause.MissingScopes, error.Cause);
        Assert.Equal(["users.write", "users.read"], error.MissingScopes);
        Assert.Equal(
            "PATCH /unified/crm/users/{id}: MissingScopes (HTTP 403). The connection lacks scopes: users.write, users.read. "
            + "The end user must reconnect with them.",
            error.Message);
    }

    [Fact]
    public async Task A_405_to_a_read_is_no_sandbox()
    {
        var users = new Script(Script.Answer(405, Envelope(405))).Users();

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => users.GetAsync("7", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(TrutoErrorCause.RequestRejected, error.Cause);
    }

    [Theory]
    [InlineData("", RateLimitOwner.Truto)]
    [InlineData(",\"truto_is_remote_error\":true", RateLimitOwner.Provider)]
    [InlineData(",\"truto_error_insight\":{\"rate_limit_error\":{\"description\":\"d\"}}", RateLimitOwner.Provider)]
    [InlineData(",\"truto_error_insight\":{\"remote_error\":{\"description\":\"d\"}}", RateLimitOwner.Provider)]
    public async Task A_429_tells_whose_limit_it_is(string more, RateLimitOwner owner)
    {
        var error = await FailAsync(Script.Answer(
            429, Envelope(429, more), ("Retry-After", "10"), ("ratelimit-limit", "50;w=10"), ("ratelimit-remaining", "0")));

        Assert.Equal(owner, error.LimitedBy);
        Assert.Equal(TimeSpan.FromSeconds(10), error.RetryAfter);
        Assert.Equal(new RateLimit(50, TimeSpan.FromSeconds(10), 0, null), error.RateLimit);
        Assert.Contains($"{owner}'s rate limit is used up; try again in 10 s.", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_gateway_that_answers_with_a_page_is_a_failure_of_Truto(int status)
    {
        var error = await FailAsync(Script.Answer(status, "<html>Bad gateway</html>"));

        Assert.Equal(TrutoErrorCause.TrutoFailure, error.Cause);
        Assert.Equal(status != 503, error.IsTransient);
        Assert.Equal("<html>Bad gateway</html>", error.RawResponse!.Value.GetString());
    }

    [Fact]
    public async Task A_503_without_a_body_is_a_blocked_account() =>
        Assert.Equal(TrutoErrorCause.AccountBlocked, (await FailAsync(Script.Answer(503))).Cause);

    [Theory]
    [InlineData(301)]
    [InlineData(304)]
    [InlineData(307)]
    public async Task A_redirect_is_an_invalid_response(int status)
    {
        var error = await FailAsync(Script.Answer(status, "{}", ("Location", "https://elsewhere.example/")));

        Assert.Equal((TrutoErrorCause.InvalidResponse, false, status), (error.Cause, error.IsTransient, error.StatusCode));
        Assert.Contains("redirect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_is_a_failed_connection()
    {
        var error = await FailAsync(Script.Throw(new HttpRequestException(HttpRequestError.NameResolutionError, "m")));

        Assert.Equal((TrutoErrorCause.ConnectionFailed, true, null), (error.Cause, error.IsTransient, error.StatusCode));
        Assert.Contains("NameResolutionError", error.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(error.InnerException);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, false)]
    [InlineData(HttpRequestError.ConnectionError, false)]
    [InlineData(HttpRequestError.SecureConnectionError, false)]
    [InlineData(HttpRequestError.ProxyTunnelError, false)]
    [InlineData(HttpRequestError.ResponseEnded, true)]
    [InlineData(HttpRequestError.HttpProtocolError, true)]
    [InlineData(HttpRequestError.Unknown, true)]
    public async Task Whether_a_request_may_have_arrived_is_known_by_how_far_the_connection_came(HttpRequestError error, bool mayHaveArrived)
    {
        var failure = await FailAsync(Script.Throw(new HttpRequestException(error)));

        Assert.Equal((TrutoErrorCause.ConnectionFailed, mayHaveArrived), (failure.Cause, failure.MayHaveArrived));
    }

    [Theory]
    [InlineData(422, "{}", false)]
    [InlineData(500, "{}", false)]
    [InlineData(502, "{}", true)]
    [InlineData(503, "{}", false)]
    [InlineData(504, "{}", true)]
    [InlineData(502, "<html>", true)]
    [InlineData(504, "<html>", true)]
    [InlineData(520, "<html>", true)]
    [InlineData(524, "<html>", true)]
    [InlineData(520, """{"truto_is_remote_error":true}""", false)]
    public async Task Whether_a_request_may_have_arrived_is_known_by_who_answered(int status, string body, bool mayHaveArrived) =>
        Assert.Equal(mayHaveArrived, (await FailAsync(Script.Answer(status, body))).MayHaveArrived);

    [Fact]
    public async Task What_is_not_HTTP_is_an_invalid_response_and_its_text_is_not_repeated()
    {
        var error = await FailAsync(Script.Throw(new HttpRequestException(HttpRequestError.InvalidResponse, "invalid line: Ada")));

        Assert.Equal((TrutoErrorCause.InvalidResponse, false), (error.Cause, error.IsTransient));
        Assert.DoesNotContain("Ada", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("The answer is not valid HTTP.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_fails_for_no_known_reason_says_what_to_do() => Assert.EndsWith(
        ": ConnectionFailed. Truto could not be reached, or the connection broke; try again later.",
        (await FailAsync(Script.Throw(new HttpRequestException("unknown")))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(TrutoErrorCause.RequestRejected, false, "Truto refused the request; correct it before sending it again (see TrutoMessage).")]
    [InlineData(TrutoErrorCause.TokenRejected, false, "Truto refused the token: it is missing, expired or wrong; supply a valid one.")]
    [InlineData(
        TrutoErrorCause.ReauthenticationRequired, false,
        "The provider refused the account's connection; the end user must reconnect the integrated account.")]
    [InlineData(
        TrutoErrorCause.MissingScopes, false, "The connection lacks permissions; the end user must reconnect the integrated account with them.")]
    [InlineData(TrutoErrorCause.Forbidden, false, "Access was refused; check what the token and the integrated account may do.")]
    [InlineData(
        TrutoErrorCause.SandboxReadOnly, false,
        "The account is a sandbox account, which is read-only, or its integration cannot do this; use a production account.")]
    [InlineData(
        TrutoErrorCause.NotFound, false, "There is no such record, or the token does not see the account; check the id, the account and the token.")]
    [InlineData(TrutoErrorCause.Conflict, false, "The provider refused a value that another record already has; change the value.")]
    [InlineData(TrutoErrorCause.ProviderValidation, false, "The provider refused the values; correct them (see RawResponse).")]
    [InlineData(TrutoErrorCause.RateLimited, true, "A rate limit is used up; try again later (see RetryAfter).")]
    [InlineData(TrutoErrorCause.AccountBlocked, false, "Truto has blocked the integrated account; contact Truto's support.")]
    [InlineData(TrutoErrorCause.ProviderFailure, true, "The provider failed or did not answer; try again later.")]
    [InlineData(TrutoErrorCause.TrutoFailure, true, "Truto failed; try again later.")]
    [InlineData(TrutoErrorCause.InvalidResponse, false, "The answer cannot be used.")]
    [InlineData(TrutoErrorCause.Timeout, true, "There was no complete answer in time; try again later.")]
    [InlineData(TrutoErrorCause.ConnectionFailed, true, "Truto could not be reached, or the connection broke; try again later.")]
    public void A_cause_says_what_to_do_and_whether_it_may_pass(TrutoErrorCause cause, bool transient, string advice)
    {
        var error = new TrutoException(cause);

        Assert.Equal((advice, transient), (error.Message, error.IsTransient));
        Assert.Empty(error.MissingScopes);
    }

    [Fact]
    public void Every_cause_has_words_of_its_own()
    {
        var messages = Enum.GetValues<TrutoErrorCause>().Select(cause => new TrutoException(cause).Message).ToArray();

        Assert.DoesNotContain("The call failed.", messages);
        Assert.Equal(messages.Length, messages.Distinct(StringComparer.Ordinal).Count());
    }

    internal static string Envelope(int status, string more = "") =>
        $$"""{"statusCode":{{status}},"error":"{{(HttpStatusCode)status}}","message":"what Truto says"{{more}}}""";

    internal static Task<TrutoException> FailAsync(Func<HttpResponseMessage> answer) => Assert.ThrowsAsync<TrutoException>(
        () => new Script(answer).Users(configure: options => options.MaxRetries = 0)
            .UpdateAsync("7", Clients.Patch, cancellationToken: TestContext.Current.CancellationToken));
}
