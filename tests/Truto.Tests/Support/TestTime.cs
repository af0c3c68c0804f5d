using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Truto.Tests.Support;

/// <summary>
/// A clock on which waits between attempts pass at once, and are written down. Deadlines stand still until a test moves the clock.
/// </summary>
internal sealed class TestTime : FakeTimeProvider
{
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(31);
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(17);
    public static readonly TimeSpan OverallTimeout = TimeSpan.FromSeconds(101);

    public static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly ConcurrentQueue<TimeSpan> waits = [];

    public TestTime()
        : base(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public TimeSpan[] Waits => [.. waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != AttemptTimeout && dueTime != CallTimeout && dueTime != OverallTimeout
            && dueTime != Never)
        {
            waits.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
