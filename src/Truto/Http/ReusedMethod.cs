using System.Runtime.CompilerServices;

namespace Truto.Http;

/// <summary>
/// A method that waits, and its task; some are kept for those who come next. For all threads together: a method seldom ends on the thread
/// that it began on.
/// </summary>
/// <typeparam name="TMethod">The method's state.</typeparam>
/// <typeparam name="TResult">What it returns.</typeparam>
internal sealed class ReusedMethod<TMethod, TResult> : ReusedTask<TResult>
    where TMethod : IAsyncStateMachine
{
    private const int MostKept = 256;

    private static readonly Lock Gate = new();

    private static readonly ContextCallback RunMethod = static method => ((ReusedMethod<TMethod, TResult>)method!).Method.MoveNext();

    private static ReusedMethod<TMethod, TResult>? Kept;
    private static int Count;

    private ReusedMethod<TMethod, TResult>? next;

    private ReusedMethod() => GoOn = Run;

    /// <summary>The method's state.</summary>
    internal TMethod Method = default!;

    /// <summary>The context in which it goes on; <see langword="null"/> where its flow was suppressed.</summary>
    internal ExecutionContext? Context { get; set; }

    /// <summary>Goes on with the method.</summary>
    internal Action GoOn { get; }

    /// <summary>One that nobody uses.</summary>
    internal static ReusedMethod<TMethod, TResult> Take()
    {
        lock (Gate)
        {
            if (Kept is { } unused)
            {
                (Kept, unused.next) = (unused.next, null);
                Count--;
                return unused;
            }
        }

        return new ReusedMethod<TMethod, TResult>();
    }

    protected override void GiveBack()
    {
        // What the method held on to is not held with it.
        Method = default!;
        Context = null;
        lock (Gate)
        {
            if (Count < MostKept)
            {
                (next, Kept) = (Kept, this);
                Count++;
            }
        }
    }

    private void Run()
    {
        if (Context is { } context)
        {
            ExecutionContext.Run(context, RunMethod, this);
        }
        else
        {
            Method.MoveNext();
        }
    }
}
