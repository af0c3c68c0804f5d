using Microsoft.Extensions.Time.Testing;

namespace Truto.Sandbox.Tests;

/// <summary>A clock that stands still until it is moved, and that tells how often somebody has begun to wait.</summary>
internal sealed class TestTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private int waits;

    public int Waits => Volatile.Read(ref waits);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref waits);
        return timer;
    }
}
