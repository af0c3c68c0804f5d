using Truto.Errors;

namespace Truto.Http;

/// <summary>
/// What ends a call: its caller, or the first of its deadlines. One source for all of them, because each has its price in every call.
/// </summary>
/// <param name="name">The deadline in words.</param>
/// <param name="length">How long it is.</param>
/// <param name="time">The clock.</param>
internal sealed class Deadline(string name, TimeSpan length, TimeProvider time) : CancellationTokenSource(length, time)
{
    private string name = name;
    private TimeSpan length = length;

    /// <summary>Has the call end with its caller's cancellation too, until that is disposed of.</summary>
    public CancellationTokenRegistration EndWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static deadline => ((Deadline)deadline!).Cancel(), this);

    /// <summary>Puts a deadline in the place of a later one.</summary>
    public void Replace(string earlier, TimeSpan lengthFromNow)
    {
        (name, length) = (earlier, lengthFromNow);
        CancelAfter(lengthFromNow);
    }

    /// <summary>What the call fails with where the deadline passed.</summary>
    public TrutoException ToFailure(LogicalCall call) => Failure.Timeout(call, name, length);
}
