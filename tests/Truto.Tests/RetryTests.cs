using Truto.Crm;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests;

public sealed class RetryTests
{
    private const string Ok = """{"id":"7"}""";
    private const string Remote = """{"message":"m","truto_is_remote_error":true}""";
    private const string Local = """{"message":"m"}""";

    private readonly TestTime time = new();

    [Theory]
    [InlineData(429, Local)]
    [InlineData(429, Remote)]
    [InlineData(500, Local)]
    [InlineData(500, Remote)]
    [InlineData(502, Local)]
    [InlineData(503, Remote)]
    [InlineData(504, Local)]
    public async Task A_failure_that_may_pass_is_retried(int status, string body)
    {
        var script = new Script(Script.Answer(status, body), Script.Answer(status, body), Script.Answer(200, Ok));

        var response = await UpdateAsync(script);

        Assert.Equal(3, script.Sent.Count);
        Assert.Equal(3, response.Attempts);
        Assert.Equal("7", response.Value.Id);
    }

    [Theory]
    [InlineData(400, Local)]
    [InlineData(401, Local)]
    [InlineData(401, Remote)]
    [InlineData(403, Remote)]
    [InlineData(404, Remote)]
    [InlineData(405, Local)]
    [InlineData(408, Local)]
    [InlineData(409, Remote)]
    [InlineData(422, Remote)]
    [InlineData(425, Local)]
    [InlineData(501, Local)]
    [InlineData(503, Local)]
    [InlineData(503, "<html></html>")]
    [InlineData(307, Local)]
    public async Task Any_other_failure_is_not_retried(int status, string body)
    {
        var script = new Script(Script.Answer(status, body), Script.Answer(200, Ok));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script));

        Assert.Equal(1, error.Attempts);
        Assert.Single(script.Sent);
        Assert.Empty(time.Waits);
    }

    [Fact]
    public async Task A_lost_connection_is_retried()
    {
        var script = new Script(
            Script.Throw(new HttpRequestException(HttpRequestError.ConnectionError, "m")),
            Script.Throw(new HttpIOException(HttpRequestError.ResponseEnded)),
            Script.Answer(200, Ok));

        Assert.Equal(3, (await UpdateAsync(script)).Attempts);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_body_is_retried()
    {
        var script = new Script(
            () => new HttpResponseMessage { Content = new StreamContent(new BrokenStream()) }, Script.Answer(200, Ok));

        Assert.Equal(2, (await UpdateAsync(script)).Attempts);
    }

    [Fact]
    public async Task An_answer_that_is_not_JSON_is_not_retried()
    {
        var script = new Script(Script.Answer(200, "<html></html>"), Script.Answer(200, Ok));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script));

        Assert.Equal(TrutoErrorCause.InvalidResponse, error.Cause);
        Assert.Single(script.Sent);
    }

    [Fact]
    public async Task Three_retries_are_four_attempts_and_the_last_failure_is_thrown()
    {
        var script = new Script(
            Script.Answer(500), Script.Answer(502), Script.Answer(504), Script.Answer(429), Script.Answer(200, Ok));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script));

        Assert.Equal((TrutoErrorCause.RateLimited, 4), (error.Cause, error.Attempts));
        Assert.EndsWith("This was attempt 4.", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, script.Sent.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(99, 4)]
    public async Task A_call_may_lower_its_retries_and_not_raise_them(int retries, int attempts)
    {
        var script = new Script(Script.Answer(500));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script, new TrutoCall { MaxRetries = retries }));

        Assert.Equal(attempts, error.Attempts);
        Assert.Equal(attempts, script.Sent.Count);
    }

    [Fact]
    public async Task Options_may_allow_no_retries()
    {
        var script = new Script(Script.Answer(500));

        await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script, configure: options => options.MaxRetries = 0));

        Assert.Single(script.Sent);
    }

    [Fact]
    public async Task A_negative_number_of_retries_is_refused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => UpdateAsync(new Script(), new TrutoCall { MaxRetries = -1 }));

        Assert.StartsWith("TrutoCall.MaxRetries must not be negative.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_after_in_seconds_is_waited_for()
    {
        await UpdateAsync(new Script(Script.Answer(429, Local, ("Retry-After", "10")), Script.Answer(200, Ok)));

        Assert.InRange(Assert.Single(time.Waits), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.5));
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_waited_for()
    {
        var date = time.GetUtcNow().AddSeconds(20).ToString("R", System.Globalization.CultureInfo.InvariantCulture);

        await UpdateAsync(new Script(Script.Answer(429, Local, ("Retry-After", date)), Script.Answer(200, Ok)));

        Assert.InRange(Assert.Single(time.Waits), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20.5));
    }

    [Fact]
    public async Task Retry_after_0_is_retried_at_once()
    {
        var response = await UpdateAsync(new Script(Script.Answer(429, Local, ("Retry-After", "0")), Script.Answer(200, Ok)));

        Assert.Equal(2, response.Attempts);
        Assert.Empty(time.Waits);
    }

    [Fact]
    public async Task A_reset_is_waited_for_in_seconds_and_as_a_point_in_time()
    {
        var epoch = time.GetUtcNow().AddSeconds(30).ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

        await UpdateAsync(new Script(
            Script.Answer(429, Local, ("ratelimit-reset", "5")),
            Script.Answer(429, Local, ("ratelimit-reset", epoch)),
            Script.Answer(200, Ok)));

        Assert.Equal(2, time.Waits.Length);
        Assert.InRange(time.Waits[0], TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.5));
        Assert.InRange(time.Waits[0] + time.Waits[1], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(33));
    }

    [Fact]
    public async Task Without_a_wish_the_waits_stay_under_their_bounds()
    {
        await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(new Script(Script.Answer(500)), configure: options =>
        {
            options.BaseDelay = TimeSpan.FromSeconds(4);
            options.MaxDelay = TimeSpan.FromSeconds(6);
        }));

        Assert.Equal(3, time.Waits.Length);
        Assert.All(time.Waits.Zip([4, 6, 6]), wait => Assert.InRange(wait.First, TimeSpan.Zero, TimeSpan.FromSeconds(wait.Second)));
    }

    [Fact]
    public async Task A_wait_that_does_not_fit_into_the_deadline_is_not_begun()
    {
        var script = new Script(Script.Answer(429, Local, ("Retry-After", "101")), Script.Answer(200, Ok));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script));

        Assert.Equal((TrutoErrorCause.RateLimited, TestTime.OverallTimeout, 1), (error.Cause, error.RetryAfter, error.Attempts));
        Assert.Single(script.Sent);
    }

    [Fact]
    public async Task A_wait_that_does_not_fit_into_the_calls_own_deadline_is_not_begun()
    {
        var script = new Script(Script.Answer(429, Local, ("Retry-After", "17")), Script.Answer(200, Ok));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script, new TrutoCall { Timeout = TestTime.CallTimeout }));

        Assert.Equal((TrutoErrorCause.RateLimited, 1), (error.Cause, error.Attempts));
        Assert.Empty(time.Waits);
    }

    [Fact]
    public async Task Waits_that_fit_one_by_one_must_fit_together()
    {
        var script = new Script(Script.Answer(429, Local, ("Retry-After", "60")));

        var error = await Assert.ThrowsAsync<TrutoException>(() => UpdateAsync(script));

        Assert.Equal(2, error.Attempts);
        Assert.Single(time.Waits);
    }

    [Fact]
    public async Task Every_attempt_of_a_write_is_the_same_request()
    {
        var script = new Script(Script.Answer(500), Script.Answer(502), Script.Answer(200, Ok));

        var response = await UpdateAsync(script);

        var key = script.Sent[0].Headers["Idempotency-Key"];
        Assert.True(Guid.TryParse(key, out _));
        Assert.Equal(key, response.IdempotencyKey);
        Assert.All(script.Sent, sent =>
        {
            Assert.Equal(key, sent.Headers["Idempotency-Key"]);
            Assert.Equal("""{"email":"ada@example.com"}""", sent.Body);
            Assert.Equal(script.Sent[0].Target, sent.Target);
            Assert.Equal(script.Sent[0].Headers, sent.Headers);
        });
    }

    [Fact]
    public async Task Every_logical_write_has_its_own_key()
    {
        var script = new Script(Script.Answer(200, Ok));
        var users = script.Users();
        var cancellation = TestContext.Current.CancellationToken;

        await users.UpdateAsync("7", Clients.Patch, cancellationToken: cancellation);
        await users.UpdateAsync("7", Clients.Patch, cancellationToken: cancellation);
        await users.CreateAsync(Clients.Patch, cancellationToken: cancellation);
        await users.DeleteAsync("7", cancellationToken: cancellation);

        Assert.Equal(4, script.Sent.Select(sent => sent.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_token_is_fetched_once_per_call()
    {
        var fetched = 0;
        var script = new Script(Script.Answer(500), Script.Answer(500), Script.Answer(200, Ok));

        await UpdateAsync(script, configure: options => options.Token = _ => ValueTask.FromResult($"token-{++fetched}"));

        Assert.Equal(1, fetched);
        Assert.All(script.Sent, sent => Assert.Equal("Bearer token-1", sent.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_client_over_a_bare_HttpClient_makes_one_attempt_and_tells_its_cause()
    {
        var script = new Script(Script.Answer(429, Local, ("Retry-After", "3")), Script.Answer(200, Ok));
        var users = new TrutoClient(new HttpClient(script), Clients.Options()).CrmUsers;
        var cancellation = TestContext.Current.CancellationToken;

        var error = await Assert.ThrowsAsync<TrutoException>(() => users.UpdateAsync("7", Clients.Patch, cancellationToken: cancellation));
        var response = await users.UpdateAsync("7", Clients.Patch, cancellationToken: cancellation);

        Assert.Equal((TrutoErrorCause.RateLimited, 1), (error.Cause, error.Attempts));
        Assert.Equal(("7", 1), (response.Value.Id, response.Attempts));
    }

    [Fact]
    public async Task A_bare_HttpClient_that_cannot_connect_tells_it()
    {
        var script = new Script(Script.Throw(new HttpRequestException(HttpRequestError.ConnectionError, "m")));

        var error = await Assert.ThrowsAsync<TrutoException>(() => new TrutoClient(new HttpClient(script), Clients.Options())
            .CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((TrutoErrorCause.ConnectionFailed, 1), (error.Cause, error.Attempts));
    }

    private Task<TrutoResponse<CrmUser>> UpdateAsync(Script script, TrutoCall? call = null, Action<TrutoOptions>? configure = null) =>
        script.Users(time, configure).UpdateAsync("7", Clients.Patch, call, TestContext.Current.CancellationToken);
}
