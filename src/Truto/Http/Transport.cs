using System.Globalization;
using System.Runtime.CompilerServices;
using Polly;
using Polly.Timeout;
using Truto.Errors;

namespace Truto.Http;

/// <summary>Carries calls to Truto: the token, the headers, the overall deadline, and what comes back.</summary>
internal sealed class Transport(HttpMessageInvoker http, TrutoOptions options, TimeProvider time)
{
    private const int LongestIdempotencyKey = 255;
    private const string JsonType = "application/json";

    private static readonly string UserAgent = $"truto-dotnet/{typeof(Transport).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    // The client has encoded the address already: to look through it once more costs more than all of it, and could change nothing.
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private Bearer? lastBearer;

    /// <summary>The server's address, without a slash at its end.</summary>
    public string Root { get; } = options.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>How deep JSON may be nested, in answers and in request bodies.</summary>
    public int MaxJsonDepth => options.MaxJsonDepth;

    /// <summary>Makes a call and reads its answer.</summary>
    /// <remarks>What every call keeps while it waits for the network is used again for another.</remarks>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = Build(request);
        var call = message.Call;
        using var response = await ExchangeAsync(message, cancellationToken);
        var body = response.Content is ReadContent content ? content.Bytes : await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (int)response.StatusCode;
        var rateLimit = RateLimitHeaders.Read(response.Headers, time.GetUtcNow());
        if (Json.IsBlank(body.Span))
        {
            return new ApiResponse(call, status, Body: null, rateLimit);
        }

        return Json.TryParse(body.Span, options.MaxJsonDepth, out var json)
            ? new ApiResponse(call, status, json, rateLimit)
            : throw Failure.Invalid(
                call, status, "Truto took the call, but the answer is not JSON, or is nested deeper than MaxJsonDepth; use a stream.");
    }

    /// <summary>Makes a call and hands its answer out while it arrives.</summary>
    public async Task<TrutoStream> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = Build(request);
        var response = await ExchangeAsync(message, cancellationToken);
        try
        {
            var content = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new TrutoStream(response, new AnswerStream(content, message.Call, options.AttemptTimeout, time))
            {
                RateLimit = RateLimitHeaders.Read(response.Headers, time.GetUtcNow()),
                Attempts = message.Call.Attempts,
                IdempotencyKey = message.Call.IdempotencyKey,
            };
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>One call with everything around it. A success is read, unless the call streams; everything else is thrown.</summary>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<HttpResponseMessage> ExchangeAsync(CallRequest message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = message.Call;
        using var activity = CallActivity.Start(call, options.BaseAddress);
        using var deadline = new Deadline(
            call.Timeout < options.OverallTimeout ? "the deadline of the call" : "the overall deadline", call.Timeout, time);
        using var registration = deadline.EndWith(cancellationToken);
        ResilienceContext? context = null;
        var isSent = false;
        try
        {
            call.Token ??= await TokenAsync(deadline.Token);
            message.Headers.TryAddWithoutValidation("Authorization", Authorization(call.Token));
            if (!call.IsSingle)
            {
                context = ResilienceContextPool.Shared.Get(call.Operation.Name, deadline.Token);
                call.AddTo(context);
                message.SetResilienceContext(context);
            }
            else if (options.AttemptTimeout < call.Timeout - time.GetElapsedTime(call.Started))
            {
                deadline.Replace("the deadline of an attempt", options.AttemptTimeout);
            }

            deadline.Token.ThrowIfCancellationRequested();
            isSent = true;
            var response = await SendAsync(message, deadline.Token);
            if (call.Attempts == 0)
            {
                // No handler has judged it: there is but one attempt, or the client was made without the handlers of AddTruto and Create.
                call.Attempts = 1;
                response = await Attempt.JudgeAsync(call, response, options, time, deadline.Token);
            }

            CallActivity.Succeed(activity, call, response);
            return response;
        }
        catch (Exception exception)
        {
            call.Attempts = Math.Max(call.Attempts, isSent ? 1 : 0);
            var failure = Explain(exception, call, isSent, deadline, cancellationToken);
            CallActivity.Fail(activity, call, failure);
            if (!ReferenceEquals(failure, exception))
            {
                throw failure;
            }

            throw;
        }
        finally
        {
            if (context is not null)
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }
    }

    private Task<HttpResponseMessage> SendAsync(CallRequest message, CancellationToken cancellationToken) => http is HttpClient client
        ? client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
        : http.SendAsync(message, cancellationToken);

    /// <summary>What the caller is told of an exception: the exception itself where there is nothing better.</summary>
    private Exception Explain(
        Exception exception, LogicalCall call, bool isSent, Deadline deadline, CancellationToken cancellationToken)
    {
        if (exception is TimeoutRejectedException rejected)
        {
            return Failure.Timeout(call, "the deadline of an attempt", rejected.Timeout);
        }

        var isBroken = isSent && exception is HttpRequestException or IOException;
        if (!isBroken && exception is not OperationCanceledException)
        {
            return exception;
        }

        // An aborted read may surface as a broken connection; what aborted it is the cause.
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }

        if (deadline.IsCancellationRequested)
        {
            return deadline.ToFailure(call);
        }

        if (isBroken)
        {
            return Failure.Connection(call, exception);
        }

        return exception.InnerException is TimeoutException && http is HttpClient client
            ? Failure.Timeout(call, "the deadline of the HttpClient", client.Timeout)
            : exception;
    }

    private CallRequest Build(ApiRequest request)
    {
        if (request.Call.MaxRetries is < 0)
        {
            throw new ArgumentException("TrutoCall.MaxRetries must not be negative.", nameof(request));
        }

        if (request.Call.Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentException(
                "TrutoCall.Timeout must be greater than zero; leave it null for no bound of its own.", nameof(request));
        }

        var call = new LogicalCall(
            request.Operation,
            request.Streams,
            Math.Min(request.Call.MaxRetries ?? int.MaxValue, options.MaxRetries),
            request.Call.Timeout < options.OverallTimeout ? request.Call.Timeout.Value : options.OverallTimeout,
            time.GetTimestamp())
        {
            Token = request.Call.Token,
            IdempotencyKey = request.Operation.Method == HttpMethod.Get
                ? null
                : Checked(request.Call.IdempotencyKey) ?? IdempotencyKeys.Next(),
        };
        var message = new CallRequest(call, new Uri(request.Address, AsItIs));
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        message.Headers.TryAddWithoutValidation("Accept", request.Streams ? "*/*" : JsonType);
        if (call.IdempotencyKey is { } key)
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", JsonType);
        }

        return message;
    }

    private static string? Checked(string? idempotencyKey) =>
        idempotencyKey is null || (idempotencyKey.Length is > 0 and <= LongestIdempotencyKey && IsVisibleAscii(idempotencyKey))
            ? idempotencyKey
            : throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"TrutoCall.IdempotencyKey must be 1 to {LongestIdempotencyKey} visible ASCII characters without spaces."),
                nameof(idempotencyKey));

    private async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        var source = options.Token ?? throw new InvalidOperationException("There is no token: set TrutoCall.Token or TrutoOptions.Token.");
        var token = source(cancellationToken);

        // A source that ignores its cancellation must not outlast the deadline.
        return token.IsCompletedSuccessfully ? token.Result : await token.AsTask().WaitAsync(cancellationToken);
    }

    /// <summary>The header with a token. That of the last one is kept, because one token serves most calls.</summary>
    private string Authorization(string token)
    {
        if (lastBearer is { } last && last.Token == token)
        {
            return last.Header;
        }

        if (token is not { Length: > 0 } || !IsVisibleAscii(token))
        {
            throw new InvalidOperationException(
                "The token is empty or holds a space, a line break or another character that no token has; check where it is stored.");
        }

        var bearer = new Bearer(token);
        lastBearer = bearer;
        return bearer.Header;
    }

    private static bool IsVisibleAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>A token that a header can carry. No record, because that would show the token in its text.</summary>
    private sealed class Bearer(string token)
    {
        public string Token => token;

        public string Header { get; } = $"Bearer {token}";
    }
}
