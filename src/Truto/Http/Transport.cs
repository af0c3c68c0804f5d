using System.Globalization;
using System.Net.Http.Headers;
using Polly;
using Polly.Timeout;
using Truto.Errors;

namespace Truto.Http;

/// <summary>Carries calls to Truto: the token, the headers, the overall deadline, and what comes back.</summary>
internal sealed class Transport(HttpClient http, TrutoOptions options, TimeProvider time)
{
    private const string IdempotencyKeyHeader = "Idempotency-Key";
    private const int LongestIdempotencyKey = 255;

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue AcceptJson = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue AcceptAnything = new("*/*");
    private static readonly ProductInfoHeaderValue UserAgent = new(
        "truto-dotnet", typeof(Transport).Assembly.GetName().Version?.ToString(3) ?? "0");

    private readonly string root = options.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>How deep JSON may be nested, in answers and in request bodies.</summary>
    public int MaxJsonDepth => options.MaxJsonDepth;

    /// <summary>Makes a call and reads its answer.</summary>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var call = Begin(request);
        using var message = Build(request);
        using var response = await SendAsync(request, call, message, cancellationToken);
        var body = response.Content is ReadContent content ? content.Bytes : await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (int)response.StatusCode;
        var rateLimit = RateLimitHeaders.Read(response.Headers, time.GetUtcNow());
        var key = IdempotencyKey(message);
        if (Json.IsBlank(body.Span))
        {
            return new ApiResponse(call, status, Body: null, rateLimit, key);
        }

        return Json.TryParse(body.Span, options.MaxJsonDepth, out var json)
            ? new ApiResponse(call, status, json, rateLimit, key)
            : throw Failure.Invalid(
                call, status, "Truto took the call, but the answer is not JSON, or is nested deeper than MaxJsonDepth; use a stream.");
    }

    /// <summary>Makes a call and hands its answer out while it arrives.</summary>
    public async Task<TrutoStream> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var call = Begin(request);
        using var message = Build(request);
        var response = await SendAsync(request, call, message, cancellationToken);
        try
        {
            var content = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new TrutoStream(response, new AnswerStream(content, call, options.AttemptTimeout, time))
            {
                RateLimit = RateLimitHeaders.Read(response.Headers, time.GetUtcNow()),
                Attempts = call.Attempts,
                IdempotencyKey = IdempotencyKey(message),
            };
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        ApiRequest request, LogicalCall call, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var activity = CallActivity.Start(call, options.BaseAddress);
        using var deadline = new CancellationTokenSource(options.OverallTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var context = ResilienceContextPool.Shared.Get(call.Operation, linked.Token);
        try
        {
            call.AddTo(context);
            message.SetResilienceContext(context);
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(request.Call, linked.Token));
            var response = await ExchangeAsync(call, message, linked.Token);
            CallActivity.Succeed(activity, call, response);
            return response;
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            CallActivity.Fail(activity, call, exception);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            var failure = Failure.Timeout(call, "the overall deadline", options.OverallTimeout);
            CallActivity.Fail(activity, call, failure);
            throw failure;
        }
        catch (Exception exception)
        {
            CallActivity.Fail(activity, call, exception);
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(
        LogicalCall call, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (call.Attempts > 0)
            {
                return response;
            }

            // A client that was made without the handlers of AddTruto and Create has judged nothing yet.
            call.Attempts = 1;
            return await Attempt.JudgeAsync(call, response, message.Headers.Authorization, options, time, cancellationToken);
        }
        catch (TimeoutRejectedException exception)
        {
            throw Failure.Timeout(call, "the deadline of an attempt", exception.Timeout);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw Failure.Timeout(call, "the deadline of the HttpClient", http.Timeout);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            call.Attempts = Math.Max(call.Attempts, 1);
            throw Failure.Connection(call, exception);
        }
    }

    private LogicalCall Begin(ApiRequest request)
    {
        if (request.Call.MaxRetries is < 0)
        {
            throw new ArgumentException("TrutoCall.MaxRetries must not be negative.", nameof(request));
        }

        return new LogicalCall(
            request.Method,
            request.Template,
            request.Streams,
            Math.Min(request.Call.MaxRetries ?? int.MaxValue, options.MaxRetries),
            time.GetTimestamp());
    }

    private HttpRequestMessage Build(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(root + request.Path + request.Query));
        message.Headers.UserAgent.Add(UserAgent);
        message.Headers.Accept.Add(request.Streams ? AcceptAnything : AcceptJson);
        if (request.Method != HttpMethod.Get)
        {
            message.Headers.Add(IdempotencyKeyHeader, Checked(request.Call.IdempotencyKey) ?? Guid.NewGuid().ToString());
        }

        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body) { Headers = { ContentType = JsonType } };
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

    private static string? IdempotencyKey(HttpRequestMessage message) =>
        message.Headers.TryGetValues(IdempotencyKeyHeader, out var values) ? values.First() : null;

    private async ValueTask<string> TokenAsync(TrutoCall call, CancellationToken cancellationToken)
    {
        var token = call.Token;
        if (token is null)
        {
            var source = options.Token ?? throw new InvalidOperationException(
                "There is no token: set TrutoCall.Token or TrutoOptions.Token.");

            // A source that ignores its cancellation must not outlast the deadline.
            token = await source(cancellationToken).AsTask().WaitAsync(cancellationToken);
        }

        return token is { Length: > 0 } && IsVisibleAscii(token)
            ? token
            : throw new InvalidOperationException(
                "The token is empty or holds a space, a line break or another character that no token has; check where it is stored.");
    }

    private static bool IsVisibleAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
