using Polly;
using Polly.Retry;
using Polly.Timeout;
using Truto.Errors;

namespace Truto.Http;

/// <summary>
/// The resilience of every call: retries outside, the deadline of one attempt inside. There is no circuit breaker on purpose: the
/// calls of all accounts share the client, and one customer's broken provider must not stop the others.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>Adds the strategies to a pipeline.</summary>
    public static void Apply(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TrutoOptions options, TimeProvider time)
    {
        pipeline.TimeProvider = time;
        pipeline
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                // Each call has its own bound, which Plan applies.
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(Plan(arguments, options, time)),
                DelayGenerator = static arguments => ValueTask.FromResult(LogicalCall.Of(arguments.Context)?.NextDelay),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout });
    }

    /// <summary>
    /// Decides on another attempt and on the wait before it. A wait that would not end before the deadline of the call is not begun: the
    /// caller learns at once what it would learn then.
    /// </summary>
    private static bool Plan(RetryPredicateArguments<HttpResponseMessage> arguments, TrutoOptions options, TimeProvider time)
    {
        if (LogicalCall.Of(arguments.Context) is not { } call || arguments.AttemptNumber >= call.MaxRetries)
        {
            return false;
        }

        var exception = arguments.Outcome.Exception;
        if (exception is not (TrutoException { IsTransient: true } or TimeoutRejectedException))
        {
            return false;
        }

        call.NextDelay = RetryDelay.Next(
            arguments.AttemptNumber, (exception as TrutoException)?.RetryAfter, options, Random.Shared.NextDouble());
        return call.NextDelay < call.Timeout - time.GetElapsedTime(call.Started);
    }
}
