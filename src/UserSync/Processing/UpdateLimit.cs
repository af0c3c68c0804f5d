namespace UserSync.Processing;

/// <summary>The limit of one account or of one token. Not safe for concurrent use: its schedule is.</summary>
/// <param name="requests">How many updates.</param>
/// <param name="window">In which window of time.</param>
internal sealed class UpdateLimit(int requests, TimeSpan window)
{
    /// <summary>When those who have to wait are to come: spread so that all who come then find a place.</summary>
    internal SlidingWindow Plan { get; } = new(requests, window);

    /// <summary>What was really taken. Who comes later than planned counts when it comes, and so the limit holds.</summary>
    internal SlidingWindow Taken { get; } = new(requests, window);

    /// <summary>Before this, nothing is allowed.</summary>
    internal DateTimeOffset PausedUntil { get; set; }

    /// <summary>Whether nothing of it matters any more.</summary>
    /// <param name="now">The time.</param>
    internal bool IsIdle(DateTimeOffset now) => Plan.IdleFrom < now && Taken.IdleFrom < now && PausedUntil < now;

    /// <summary>Gives a turn back.</summary>
    internal void Return()
    {
        Plan.Return();
        Taken.Return();
    }
}
