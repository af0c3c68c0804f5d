using Microsoft.AspNetCore.Http;
using UserSync.Outcomes;
using UserSync.Receiving.Events;

namespace UserSync.Endpoints;

/// <summary>The problems that callers are told.</summary>
internal static class Problems
{
    internal static ProblemResult UnknownSource() =>
        new(StatusCodes.Status404NotFound, "unknown-source", "No source has this name.");

    internal static ProblemResult SourceNotReady() =>
        new(StatusCodes.Status503ServiceUnavailable, "source-not-ready", "The source is configured, but cannot run yet. Try again later.") { RetryAfter = TimeSpan.FromMinutes(1) };

    internal static ProblemResult SecretsUnavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, "secrets-unavailable", "Secrets cannot be read at the moment. Try again later.") { RetryAfter = TimeSpan.FromSeconds(10) };

    internal static ProblemResult StoreUnavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, "store-unavailable", "Nothing can be stored at the moment. Try again later.") { RetryAfter = TimeSpan.FromSeconds(10) };

    internal static ProblemResult UnknownEvent() =>
        new(StatusCodes.Status404NotFound, "unknown-event", "Nothing is known of this event, or not any more.");

    internal static ProblemResult BadQuery(string reason) =>
        new(StatusCodes.Status400BadRequest, "bad-query", reason);

    internal static ProblemResult CannotReplay(string reason) =>
        new(StatusCodes.Status409Conflict, "cannot-replay", reason);

    internal static ProblemResult TooLarge(int maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, "too-large", $"A delivery may have at most {maxBytes} bytes.");

    internal static ProblemResult Unreadable(int status) =>
        new(status, "bad-request", "The request's body could not be read to its end.");

    internal static ProblemResult NotGenuine() =>
        new(StatusCodes.Status401Unauthorized, "not-verified", "The delivery could not be verified.");

    internal static ProblemResult WrongMethod(string allow) =>
        new(StatusCodes.Status405MethodNotAllowed, "wrong-method", "Deliveries are sent with POST.") { Allow = allow };

    internal static ProblemResult NotUnderstood(Rejection rejection) =>
        new(rejection.Status, "not-understood", $"The delivery is genuine, but {rejection.Reason}.");

    /// <summary>What the sender is told of an event that failed: what it may usefully do, and whose turn it is.</summary>
    internal static ProblemResult Of(Failure failure) => new(StatusOf(failure), failure.Cause, failure.Reason)
    {
        RetryAfter = StatusOf(failure) == StatusCodes.Status503ServiceUnavailable ? failure.RetryAfter ?? TimeSpan.FromSeconds(10) : null,
    };

    internal static int StatusOf(Failure failure) => failure.Cause switch
    {
        Failure.RateLimited or Failure.TokenMissing or Failure.SecretsUnavailable => StatusCodes.Status503ServiceUnavailable,
        Failure.TimedOut => StatusCodes.Status504GatewayTimeout,
        "conflict" => StatusCodes.Status409Conflict,
        "reauthentication-required" or "missing-scopes" or "forbidden" or "read-only" or "account-blocked" => StatusCodes.Status502BadGateway,
        _ => failure.IsTransient ? StatusCodes.Status502BadGateway : StatusCodes.Status422UnprocessableEntity,
    };
}
