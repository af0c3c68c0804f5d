using System.Threading.Tasks.Sources;

namespace Truto.Http;

/// <summary>What a method's task came to, until it is awaited.</summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal class ReusedTask<TResult> : IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> core;

    internal short Version => core.Version;

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    public TResult GetResult(short token)
    {
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            // Whoever comes too early, or a second time, gets an exception, and must not take it away from whom it is for.
            if (token == core.Version && core.GetStatus(token) != ValueTaskSourceStatus.Pending)
            {
                core.Reset();
                GiveBack();
            }
        }
    }

    internal void Succeed(TResult value) => core.SetResult(value);

    internal void Fail(Exception exception) => core.SetException(exception);

    /// <summary>Nobody refers to it any more.</summary>
    protected virtual void GiveBack()
    {
    }
}
