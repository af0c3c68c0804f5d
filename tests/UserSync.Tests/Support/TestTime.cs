using Microsoft.Extensions.Time.Testing;

namespace UserSync.Tests.Support;

/// <summary>A clock that stands still until a test moves it, but passes over the delays that the test says.</summary>
internal sealed class TestTime() : FakeTimeProvider(Now.Time)
{
    /// <summary>The delays that are over as soon as they begin: the clock moves on by as much.</summary>
    internal HashSet<TimeSpan> PassesOver { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (PassesOver.Contains(dueTime))
        {
            Advance(dueTime);
        }

        return timer;
    }
}
