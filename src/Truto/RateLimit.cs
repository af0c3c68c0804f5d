namespace Truto;

/// <summary>
/// What the <c>ratelimit-*</c> headers of a response say. Truto forwards them only where the provider sends something, so every
/// part may be missing, and one part must not be derived from another. Source: Truto's documentation, "Rate limits".
/// </summary>
/// <param name="Limit">The requests allowed in a window, from <c>ratelimit-limit</c>.</param>
/// <param name="Window">The length of the window, from the <c>w</c> parameter of <c>ratelimit-limit</c>.</param>
/// <param name="Remaining">The requests left, from <c>ratelimit-remaining</c>.</param>
/// <param name="ResetAfter">
/// The time from the response until the window starts anew, from <c>ratelimit-reset</c>: in seconds, or as a point in time, which
/// some providers send. Never negative.
/// </param>
public sealed record RateLimit(long? Limit, TimeSpan? Window, long? Remaining, TimeSpan? ResetAfter);
