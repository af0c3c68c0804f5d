using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests;

/// <summary>Deadlines over a real connection, on a clock that the test moves.</summary>
public sealed class DeadlineTests
{
    private readonly TestTime time = new();
    private readonly Channel<string> events = Channel.CreateUnbounded<string>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attempt_that_hangs_is_aborted_and_repeated(bool inTheBody)
    {
        var attempt = 0;
        await using var server = await Server.StartAsync(context =>
            ++attempt == 1 ? HangAsync(context, inTheBody) : context.Response.WriteAsync("""{"id":"8"}"""));

        var update = server.Users(time).UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation);
        await ExpectAsync("hangs");
        time.Advance(TestTime.AttemptTimeout);
        await ExpectAsync("aborted");
        var response = await update;

        Assert.Equal(("8", 2), (response.Value.Id, response.Attempts));
        Assert.Equal(server.Sent[0].Headers["Idempotency-Key"], server.Sent[1].Headers["Idempotency-Key"]);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task An_attempt_that_hangs_for_the_last_time_is_a_timeout(int retries, bool inTheBody)
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody));

        var update = server.Users(time).UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation);
        var aborted = 0;
        for (var attempt = 0; attempt <= retries; attempt++)
        {
            // The server may learn of the end of an attempt after it has seen the next one.
            while (await events.Reader.ReadAsync(Cancellation) is "aborted")
            {
                aborted++;
            }

            time.Advance(TestTime.AttemptTimeout);
        }

        var error = await Assert.ThrowsAsync<TrutoException>(() => update);
        for (; aborted <= retries; aborted++)
        {
            await ExpectAsync("aborted");
        }

        Assert.Equal((TrutoErrorCause.Timeout, true, retries + 1), (error.Cause, error.IsTransient, error.Attempts));
        Assert.Equal(
            "PATCH /unified/crm/users/{id}: Timeout. There was no complete answer within the deadline of an attempt of 31 s."
            + (retries == 0 ? "" : " This was attempt 2."),
            error.Message);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task The_overall_deadline_ends_the_call_within_an_attempt(int retries, bool inTheBody)
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody));

        var update = server.Users(time, options => options.AttemptTimeout = TestTime.Never)
            .UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation);
        await ExpectAsync("hangs");
        time.Advance(TestTime.OverallTimeout);
        var error = await Assert.ThrowsAsync<TrutoException>(() => update);
        await ExpectAsync("aborted");

        Assert.Equal((TrutoErrorCause.Timeout, 1), (error.Cause, error.Attempts));
        Assert.EndsWith("There was no complete answer within the overall deadline of 101 s.", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Sent);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task The_calls_own_deadline_ends_it_where_it_is_shorter(int retries, bool inTheBody)
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody));

        var update = server.Users(time)
            .UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries, Timeout = TestTime.CallTimeout }, Cancellation);
        await ExpectAsync("hangs");
        time.Advance(TestTime.CallTimeout);
        var error = await Assert.ThrowsAsync<TrutoException>(() => update);
        await ExpectAsync("aborted");

        Assert.Equal((TrutoErrorCause.Timeout, true, 1), (error.Cause, error.IsTransient, error.Attempts));
        Assert.EndsWith("There was no complete answer within the deadline of the call of 17 s.", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Sent);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_deadline_of_the_calls_own_that_is_longer_changes_nothing(int retries)
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody: false));

        var update = server.Users(time, options => options.AttemptTimeout = TestTime.Never)
            .UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries, Timeout = TimeSpan.MaxValue }, Cancellation);
        await ExpectAsync("hangs");
        time.Advance(TestTime.OverallTimeout);
        var error = await Assert.ThrowsAsync<TrutoException>(() => update);

        Assert.EndsWith("within the overall deadline of 101 s.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_deadline_of_the_calls_own_that_is_no_time_is_refused(int milliseconds)
    {
        var call = new TrutoCall { Timeout = TimeSpan.FromMilliseconds(milliseconds) };

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => new Script().Users().UpdateAsync("7", Clients.Patch, call, Cancellation));

        Assert.StartsWith(
            "TrutoCall.Timeout must be greater than zero; leave it null for no bound of its own.", error.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_read_that_breaks_because_it_was_aborted_is_a_timeout(int retries)
    {
        TaskCompletionSource[] readings = [new(), new()];
        var script = new Script([.. readings.Select(reading =>
            (Func<HttpResponseMessage>)(() => new HttpResponseMessage { Content = new StreamContent(new AbortedStream(reading)) }))]);

        var update = script.Users(time).UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation);
        foreach (var reading in readings.Take(retries + 1))
        {
            await reading.Task;
            time.Advance(TestTime.AttemptTimeout);
        }

        var error = await Assert.ThrowsAsync<TrutoException>(() => update);

        Assert.Equal(TrutoErrorCause.Timeout, error.Cause);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_says_it_is_too_large_is_not_waited_for()
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody: true));

        var error = await Assert.ThrowsAsync<TrutoException>(() => server.Users(time, options => options.MaxResponseBytes = 99)
            .UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal((TrutoErrorCause.InvalidResponse, 200), (error.Cause, error.StatusCode));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task The_overall_deadline_counts_the_fetching_of_the_token(int retries)
    {
        var never = new TaskCompletionSource<string>();
        var asked = new TaskCompletionSource();
        var script = new Script(Script.Answer(200));

        var update = script.Users(time, options => options.Token = _ =>
        {
            asked.SetResult();
            return new ValueTask<string>(never.Task);
        }).UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation);
        await asked.Task;
        time.Advance(TestTime.OverallTimeout);
        var error = await Assert.ThrowsAsync<TrutoException>(() => update);

        Assert.Equal((TrutoErrorCause.Timeout, 0), (error.Cause, error.Attempts));
        Assert.EndsWith("within the overall deadline of 101 s.", error.Message, StringComparison.Ordinal);
        Assert.Empty(script.Sent);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(60, 31, "the deadline of an attempt of 31 s.")]
    [InlineData(80, 21, "the overall deadline of 101 s.")]
    public async Task A_single_attempt_has_its_time_after_the_token_as_far_as_the_overall_deadline_leaves_it(
        int fetching, int waiting, string deadline)
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody: false));

        var update = server.Users(time, options => options.Token = _ =>
        {
            time.Advance(TimeSpan.FromSeconds(fetching));
            return ValueTask.FromResult("token");
        }).UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = 0 }, Cancellation);
        await ExpectAsync("hangs");
        time.Advance(TimeSpan.FromSeconds(waiting - 1));
        Assert.False(update.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<TrutoException>(() => update);

        Assert.EndsWith(deadline, error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_connection_lost_in_the_body_is_retried()
    {
        var attempt = 0;
        await using var server = await Server.StartAsync(async context =>
        {
            if (++attempt > 1)
            {
                await context.Response.WriteAsync("""{"id":"8"}""");
                return;
            }

            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var response = await server.Users(time).UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation);

        Assert.Equal(("8", 2), (response.Value.Id, response.Attempts));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_not_there_is_a_failed_connection()
    {
        var server = await Server.StartAsync(200);
        var users = server.Users(time);
        await server.DisposeAsync();

        var error = await Assert.ThrowsAsync<TrutoException>(() => users.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal((TrutoErrorCause.ConnectionFailed, true, 4), (error.Cause, error.IsTransient, error.Attempts));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task The_callers_cancellation_aborts_the_attempt_and_stays_a_cancellation(int retries)
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody: true));
        using var cancellation = new CancellationTokenSource();

        var update = server.Users(time).UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, cancellation.Token);
        await ExpectAsync("hangs");
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => update);
        await ExpectAsync("aborted");

        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_call_that_is_cancelled_beforehand_sends_nothing()
    {
        var script = new Script(Script.Answer(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => script.Users(time).UpdateAsync("7", Clients.Patch, cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(script.Sent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_call_that_is_cancelled_while_its_token_is_fetched_sends_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var script = new Script(Script.Answer(200));

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => script.Users(time, options => options.Token = _ =>
        {
            cancellation.Cancel();
            return ValueTask.FromResult("token");
        }).UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = 0 }, cancellation.Token));

        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Empty(script.Sent);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_deadline_of_a_bare_HttpClient_is_a_timeout()
    {
        await using var server = await Server.StartAsync(context => HangAsync(context, inTheBody: false));
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(50) };

        var error = await Assert.ThrowsAsync<TrutoException>(() => new TrutoClient(http, Clients.Options(server.Address))
            .CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal(TrutoErrorCause.Timeout, error.Cause);
    }

    private async Task ExpectAsync(string expected) => Assert.Equal(expected, await events.Reader.ReadAsync(Cancellation));

    /// <summary>Sends nothing, or the first half of an answer, and tells when the client goes away.</summary>
    private async Task HangAsync(HttpContext context, bool inTheBody)
    {
        if (inTheBody)
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
        }

        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await events.Writer.WriteAsync("hangs", Cancellation);
        await gone.Task.WaitAsync(Cancellation);
        await events.Writer.WriteAsync("aborted", Cancellation);
    }
}
