using System.Text;
using Microsoft.AspNetCore.Http;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests;

/// <summary>Streams over a real connection.</summary>
public sealed class StreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task The_first_bytes_are_there_while_the_server_still_sends()
    {
        var proceed = new TaskCompletionSource();
        await using var server = await Server.StartAsync(async context =>
        {
            context.Response.ContentType = "application/vnd.crm+bin; v=2";
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await proceed.Task;
            await context.Response.WriteAsync("second");
        });

        await using var stream = await server.Users().UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation);
        var buffer = new byte[5];
        await stream.Content.ReadExactlyAsync(buffer, Cancellation);
        Assert.Equal("first", Encoding.ASCII.GetString(buffer));
        proceed.SetResult();
        using var rest = new StreamReader(stream.Content);

        Assert.Equal("second", await rest.ReadToEndAsync(Cancellation));
        Assert.Equal("application/vnd.crm+bin; v=2", stream.ContentType);
        Assert.Null(stream.Length);
        Assert.Equal((200, 1), (stream.StatusCode, stream.Attempts));
        Assert.Equal(server.Single.Headers["Idempotency-Key"], stream.IdempotencyKey);
        Assert.Equal("*/*", server.Single.Headers["Accept"]);
        Assert.EndsWith("?truto_response_format=stream", server.Single.Target, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stream_may_be_larger_than_the_bound_of_answers()
    {
        await using var server = await Server.StartAsync(context =>
        {
            context.Response.ContentLength = 100_000;
            return context.Response.Body.WriteAsync(new byte[100_000]).AsTask();
        });

        await using var stream = await server.Users(configure: options => options.MaxResponseBytes = 10)
            .UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation);
        using var copy = new MemoryStream();
        await stream.Content.CopyToAsync(copy, Cancellation);

        Assert.Equal(100_000, copy.Length);
        Assert.Equal(100_000, stream.Length);
        Assert.Null(stream.ContentType);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stream_can_be_read_without_async()
    {
        await using var server = await Server.StartAsync(200, "{}");

        await using var stream = await server.Users().UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation);
        var buffer = new byte[2];
        stream.Content.ReadExactly(buffer, 0, 2);

        Assert.Equal("{}", Encoding.ASCII.GetString(buffer));
        Assert.Equal((true, false, false), (stream.Content.CanRead, stream.Content.CanSeek, stream.Content.CanWrite));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_before_the_stream_is_retried_and_has_its_cause()
    {
        var attempt = 0;
        await using var server = await Server.StartAsync(context =>
        {
            context.Response.StatusCode = ++attempt == 1 ? 502 : 409;
            return context.Response.WriteAsync("""{"message":"taken","truto_is_remote_error":true}""");
        });

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => server.Users(new TestTime()).UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal((TrutoErrorCause.Conflict, 2, "taken"), (error.Cause, error.Attempts, error.TrutoMessage));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_read_that_hangs_is_a_timeout_however_long_the_stream_has_run(int retries)
    {
        var time = new TestTime();
        var hangs = new TaskCompletionSource();
        await using var server = await Server.StartAsync(async context =>
        {
            await context.Response.WriteAsync("x");
            await context.Response.Body.FlushAsync();
            await hangs.Task;
        });

        await using var stream = await server.Users(time)
            .UpdateStreamAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation);
        time.Advance(TestTime.OverallTimeout * 2);
        await stream.Content.ReadExactlyAsync(new byte[1], Cancellation);
        var read = stream.Content.ReadAsync(new byte[1], Cancellation).AsTask();
        time.Advance(TestTime.AttemptTimeout);
        var error = await Assert.ThrowsAsync<TrutoException>(() => read);
        hangs.SetResult();

        Assert.Equal(TrutoErrorCause.Timeout, error.Cause);
        Assert.Contains("the deadline of one read", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stream_that_breaks_off_is_a_failed_connection()
    {
        var headersRead = new TaskCompletionSource();
        await using var server = await Server.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("x");
            await context.Response.Body.FlushAsync();
            await headersRead.Task;
            context.Abort();
        });

        await using var stream = await server.Users().UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation);
        headersRead.SetResult();
        var error = await Assert.ThrowsAsync<TrutoException>(
            async () => await stream.Content.ReadExactlyAsync(new byte[100], Cancellation));

        Assert.Equal(TrutoErrorCause.ConnectionFailed, error.Cause);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_may_cancel_a_read()
    {
        var never = new TaskCompletionSource();
        await using var server = await Server.StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync();
            await never.Task;
        });
        using var cancellation = new CancellationTokenSource();

        await using var stream = await server.Users().UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation);
        var read = stream.Content.ReadAsync(new byte[1], cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        never.SetResult();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stream_that_is_disposed_early_ends_the_connection()
    {
        var aborted = new TaskCompletionSource();
        await using var server = await Server.StartAsync(async context =>
        {
            await context.Response.WriteAsync("x");
            await context.Response.Body.FlushAsync();
            await using var registration = context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        });

        var stream = await server.Users().UpdateStreamAsync("7", Clients.Patch, cancellationToken: Cancellation);
        await stream.DisposeAsync();

        await aborted.Task.WaitAsync(Cancellation);
    }
}
