using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Truto.Http;

/// <summary>
/// Builds the tasks of methods of which many wait at the same time, on the network or on the disk, and uses again what each keeps
/// meanwhile. The builder of the runtime that does so, <see cref="PoolingAsyncValueTaskMethodBuilder{TResult}"/>, has room for one for each
/// thread and one for each processor, so nearly all that wait together are made anew. As with that one, a task is awaited once.
/// </summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
[StructLayout(LayoutKind.Auto)]
internal struct ReusedTaskBuilder<TResult>
{
    private ReusedTask<TResult>? task;
    private TResult? result;

    /// <summary>The task of the method, which may have ended without ever waiting.</summary>
    public readonly ValueTask<TResult> Task => task is null ? new ValueTask<TResult>(result!) : new ValueTask<TResult>(task, task.Version);

    public static ReusedTaskBuilder<TResult> Create() => default;

#pragma warning disable CA1822, IDE0060 // The compiler calls them as they are.
    public readonly void Start<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine
    {
        // What the method sets in its execution context is put back for the caller, as with every other builder.
        var start = default(AsyncTaskMethodBuilder);
        start.Start(ref method);
    }

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // Nothing is boxed behind the builder's back.
    }
#pragma warning restore CA1822, IDE0060

    public void SetResult(TResult value)
    {
        if (task is null)
        {
            result = value;
        }
        else
        {
            task.Succeed(value);
        }
    }

    public void SetException(Exception exception) => (task ??= new ReusedTask<TResult>()).Fail(exception);

    public void AwaitOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : INotifyCompletion
        where TMethod : IAsyncStateMachine => awaiter.OnCompleted(Keep(ref method));

    public void AwaitUnsafeOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : ICriticalNotifyCompletion
        where TMethod : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Keep(ref method));

    /// <summary>Keeps the method where it can wait; it does so already from the second time on.</summary>
    /// <returns>Goes on with it.</returns>
    private Action Keep<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine
    {
        if (task is not ReusedMethod<TMethod, TResult> kept)
        {
            // In this order: the copy that is kept has to know its task.
            task = kept = ReusedMethod<TMethod, TResult>.Take();
            kept.Method = method;
        }

        kept.Context = ExecutionContext.Capture();
        return kept.GoOn;
    }
}
