namespace UserSync.Processing;

/// <summary>A limit of so many bookings in any window of time, now or ahead. Not safe for concurrent use: its schedule is.</summary>
/// <param name="requests">How many.</param>
/// <param name="window">The window.</param>
internal sealed class SlidingWindow(int requests, TimeSpan window)
{
    // A ring: what is booked next has to keep its distance from what was booked so many bookings before.
    private readonly DateTimeOffset[] booked = new DateTimeOffset[requests];
    private DateTimeOffset latest;
    private int next;

    /// <summary>From when on no booking matters any more.</summary>
    internal DateTimeOffset IdleFrom => latest + window;

    /// <summary>How many bookings count at a time.</summary>
    /// <param name="now">The time.</param>
    internal int CountAt(DateTimeOffset now) => booked.Count(at => at != default && at <= now && at + window > now);

    /// <summary>The earliest time that can be booked.</summary>
    /// <param name="from">Not before.</param>
    internal DateTimeOffset Earliest(DateTimeOffset from) => booked[next] == default || booked[next] + window < from ? from : booked[next] + window;

    /// <summary>Books the earliest time.</summary>
    /// <param name="from">Not before.</param>
    internal DateTimeOffset Book(DateTimeOffset from)
    {
        var at = Earliest(from);
        booked[next] = at;
        next = (next + 1) % requests;
        latest = at > latest ? at : latest;
        return at;
    }

    /// <summary>Gives the last booking back: it was not used.</summary>
    internal void Return()
    {
        next = (next + requests - 1) % requests;
        booked[next] = default;
    }
}
