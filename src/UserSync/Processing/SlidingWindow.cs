namespace UserSync.Processing;

/// <summary>A limit of so many bookings in any window of time. Not safe for concurrent use: its schedule is.</summary>
/// <param name="requests">How many.</param>
/// <param name="window">The window.</param>
internal sealed class SlidingWindow(int requests, TimeSpan window)
{
    private readonly DateTimeOffset[] booked = new DateTimeOffset[requests];
    private int next;
    private int returned;

    /// <summary>Before this, nothing is allowed.</summary>
    internal DateTimeOffset PausedUntil { get; private set; }

    /// <summary>When the last booking ends to matter.</summary>
    internal DateTimeOffset IdleFrom => Max(booked[(next + requests - 1) % requests] + window, PausedUntil);

    /// <summary>The earliest time that can be booked.</summary>
    internal DateTimeOffset Earliest(DateTimeOffset now) =>
        returned > 0 ? Max(now, PausedUntil) : Max(Max(now, PausedUntil), booked[next] == default ? now : booked[next] + window);

    /// <summary>Books a time.</summary>
    internal void Book(DateTimeOffset at)
    {
        if (returned > 0)
        {
            returned--;
            return;
        }

        booked[next] = at;
        next = (next + 1) % requests;
    }

    /// <summary>Gives a booking back that was not used.</summary>
    internal void Return() => returned = Math.Min(returned + 1, requests);

    /// <summary>Allows nothing before a time.</summary>
    internal void Pause(DateTimeOffset until) => PausedUntil = Max(PausedUntil, until);

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
