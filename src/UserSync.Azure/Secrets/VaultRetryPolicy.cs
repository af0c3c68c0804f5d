using Azure.Core;
using Azure.Core.Pipeline;

namespace UserSync.Azure.Secrets;

/// <summary>
/// Repeats what failed for a moment, and not what the vault asks to wait for: that is for all secrets, and longer than anybody who needs
/// one waits (<see cref="VaultReader.Pause"/>).
/// </summary>
internal sealed class VaultRetryPolicy() : RetryPolicy(
    MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)))
{
    private const int MaxRetries = 2;
    private const int TooManyRequests = 429;

    /// <inheritdoc/>
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        !IsToWait(message) && base.ShouldRetry(message, exception);

    /// <inheritdoc/>
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsToWait(message) ? ValueTask.FromResult(false) : base.ShouldRetryAsync(message, exception);

    private static bool IsToWait(HttpMessage message) =>
        message.HasResponse && (message.Response.Status == TooManyRequests || message.Response.Headers.Contains("Retry-After"));
}
