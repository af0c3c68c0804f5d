using Truto.Sandbox.Unified;

namespace Truto.Sandbox.State;

/// <summary>The first request with a key, under way or answered.</summary>
internal sealed class IdempotencyEntry
{
    private readonly TaskCompletionSource<Answer?> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer to repeat, or null where there is none because nothing was executed.</summary>
    public Task<Answer?> Answer => completion.Task;

    /// <summary>When the entry ends, in milliseconds since the sandbox was made; never while it is under way.</summary>
    public long ExpiresAt { get; private set; } = long.MaxValue;

    public void Complete(Answer? answer, long expiresAt)
    {
        ExpiresAt = expiresAt;
        completion.SetResult(answer);
    }
}
