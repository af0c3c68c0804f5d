using Microsoft.Extensions.Time.Testing;

namespace Truto.Sandbox.Tests;

/// <summary>A clock that stands still until it is moved, and that tells who waits for it.</summary>
internal sealed class TestTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private int waits;
    private int ended;

    /// <summary>How often somebody has begun to wait.</summary>
    public int Waits => Volatile.Read(ref waits);

    /// <summary>How many are waiting now.</summary>
    public int Waiting => Waits - Volatile.Read(ref ended);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Wait(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Increment(ref ended));
        Interlocked.Increment(ref waits);
        return timer;
    }

    private sealed class Wait(ITimer timer, Action end) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            end();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
