using UserSync.Ledger;

namespace UserSync.Processing;

/// <summary>A limit of so many bookings in any window of time, now or ahead. Not safe for concurrent use: its schedule is.</summary>
/// <param name="requests">How many.</param>
/// <param name="window">The window.</param>
internal sealed class SlidingWindow(int requests, TimeSpan window)
{
    // A ring: what is booked next has to keep its distance from what was booked so many bookings before.
    private readonly (DateTimeOffset At, UserKey Owner)[] booked = new (DateTimeOffset, UserKey)[requests];
    private DateTimeOffset latest;
    private int next;

    /// <summary>From when on no booking matters any more.</summary>
    internal DateTimeOffset IdleFrom => latest + window;

    /// <summary>How many bookings count at a time.</summary>
    /// <param name="now">The time.</param>
    internal int CountAt(DateTimeOffset now) => booked.Count(booking => booking.At != default && booking.At <= now && booking.At + window > now);

    /// <summary>The earliest time that can be booked.</summary>
    /// <param name="from">Not before.</param>
    internal DateTimeOffset Earliest(DateTimeOffset from) => After(booked[next].At, from);

    /// <summary>The earliest time that is left when others have booked.</summary>
    /// <param name="from">Not before.</param>
    /// <param name="ahead">How many others.</param>
    internal DateTimeOffset Earliest(DateTimeOffset from, int ahead)
    {
        var (rounds, place) = Math.DivRem(ahead, requests);
        return After(booked[(next + place) % requests].At, from) + (rounds * window);
    }

    /// <summary>Books the earliest time.</summary>
    /// <param name="from">Not before.</param>
    /// <param name="owner">For whom, where it may be given back.</param>
    internal DateTimeOffset Book(DateTimeOffset from, UserKey owner = default)
    {
        var at = Earliest(from);
        booked[next] = (at, owner);
        next = (next + 1) % requests;
        latest = at > latest ? at : latest;
        return at;
    }

    /// <summary>Gives somebody's last booking back: it was not used. Nobody else's is touched, whoever has booked since.</summary>
    /// <param name="owner">Whose.</param>
    internal void Return(UserKey owner)
    {
        for (var age = 1; age <= requests; age++)
        {
            var place = Before(next, age);
            if (booked[place].At != default && booked[place].Owner == owner)
            {
                for (; age > 1; age--, place = Before(next, age))
                {
                    booked[place] = booked[Before(next, age - 1)];
                }

                next = place;
                booked[next] = default;
                return;
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        Array.Clear(booked);
        latest = default;
    }

    private DateTimeOffset After(DateTimeOffset booking, DateTimeOffset from) =>
        booking == default || booking + window < from ? from : booking + window;

    private int Before(int place, int age) => (place + requests - age) % requests;
}
