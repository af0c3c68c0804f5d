using UserSync.Ledger;

namespace UserSync.Processing;

/// <summary>
/// The limit of one account or of one token, and the line of those who wait for it. Not safe for concurrent use: its schedule is.
/// <para>
/// Who waits is told a time, and not everybody comes: a sender gives up, a message comes back to another instance. So a turn is kept only
/// until shortly after its time, and of those who are due only as many are expected as the share of those who came lately says.
/// </para>
/// </summary>
/// <param name="requests">How many updates.</param>
/// <param name="window">In which window of time.</param>
internal sealed class UpdateLimit(int requests, TimeSpan window)
{
    /// <summary>The number of whoever has none yet: after everybody else.</summary>
    internal const long Last = long.MaxValue;

    /// <summary>How long a turn is kept after its time: a queue is looked into more often.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // How much each that came, or did not, counts in the share.
    private const double Weight = 0.2;

    // When those who have to wait are to come: spread so that all who come then find a place.
    private readonly SlidingWindow plan = new(requests, window);

    // What was really taken. Who comes later than planned counts when it comes, and so the limit holds.
    private readonly SlidingWindow taken = new(requests, window);

    // What was planned and given up: for whoever is planned next.
    private readonly PriorityQueue<DateTimeOffset, DateTimeOffset> vacant = new();

    // Those for whom a turn is kept, by its time.
    private readonly SortedSet<(DateTimeOffset At, long Number)> kept = [];

    // The share of those who came, of those for whom a turn was kept.
    private double faith = 1;

    // How many did not come since a turn was taken last.
    private int missed;

    /// <summary>Before this, nothing is allowed.</summary>
    internal DateTimeOffset PausedUntil { get; set; }

    /// <summary>How many updates count at a time.</summary>
    /// <param name="now">The time.</param>
    internal int CountAt(DateTimeOffset now) => taken.CountAt(now);

    /// <summary>Whether nothing of it matters any more.</summary>
    /// <param name="now">The time.</param>
    internal bool IsIdle(DateTimeOffset now) => kept.Count == 0 && plan.IdleFrom < now && taken.IdleFrom < now && PausedUntil < now;

    /// <summary>Whether a turn may be taken now, for whomever it is kept.</summary>
    /// <param name="now">The time.</param>
    internal bool HasRoom(DateTimeOffset now) => PausedUntil <= now && taken.Earliest(now) <= now;

    /// <summary>Whether somebody may take a turn now: there is room beyond what is kept for those who came before and are due.</summary>
    /// <param name="number">The number in the line, or <see cref="Last"/>.</param>
    /// <param name="now">The time.</param>
    internal bool HasRoomFor(long number, DateTimeOffset now)
    {
        if (kept.Count == 0)
        {
            return HasRoom(now);
        }

        Lapse(now);
        var before = 0;
        foreach (var place in kept)
        {
            if (place.At > now)
            {
                break;
            }

            before += place.Number < number ? 1 : 0;
        }

        return PausedUntil <= now && taken.Earliest(now, Expected(before)) <= now;
    }

    /// <summary>When somebody finds room at the earliest, if everybody comes who came before and is due by then.</summary>
    /// <param name="number">The number in the line, or <see cref="Last"/>.</param>
    /// <param name="now">The time.</param>
    internal DateTimeOffset EarliestFor(long number, DateTimeOffset now)
    {
        var from = now > PausedUntil ? now : PausedUntil;
        var earliest = taken.Earliest(from);
        var before = 0;
        foreach (var place in kept)
        {
            // Whoever is last is planned after all the others anyway.
            if (place.At > (number == Last ? now : earliest))
            {
                break;
            }

            if (place.Number < number)
            {
                before++;
                earliest = taken.Earliest(from, number == Last ? Expected(before) : before);
            }
        }

        return earliest;
    }

    /// <summary>Plans a turn.</summary>
    /// <param name="from">Not before.</param>
    /// <returns>When it is.</returns>
    internal DateTimeOffset Plan(DateTimeOffset from)
    {
        while (vacant.TryDequeue(out var at, out _))
        {
            if (at >= from)
            {
                return at;
            }
        }

        return plan.Book(from);
    }

    /// <summary>Keeps a turn.</summary>
    /// <param name="at">When it is.</param>
    /// <param name="number">Whose it is.</param>
    internal void Keep(DateTimeOffset at, long number) => kept.Add((at, number));

    /// <summary>Keeps a turn no longer, because it is taken, or another is planned instead.</summary>
    /// <param name="at">When it is.</param>
    /// <param name="number">Whose it is.</param>
    /// <param name="now">The time.</param>
    internal void Release(DateTimeOffset at, long number, DateTimeOffset now)
    {
        if (kept.Remove((at, number)) && at <= now)
        {
            faith += Weight * (1 - faith);
        }
    }

    /// <summary>Gives up a planned turn that nobody will come for.</summary>
    /// <param name="at">When it is.</param>
    internal void Vacate(DateTimeOffset at) => vacant.Enqueue(at, at);

    /// <summary>Takes a turn now.</summary>
    /// <param name="user">For whom.</param>
    /// <param name="now">The time.</param>
    internal void Take(UserKey user, DateTimeOffset now)
    {
        taken.Book(now, user);
        missed = 0;
        if (plan.Earliest(now) <= now)
        {
            // Otherwise it is in the place of somebody who was planned.
            plan.Book(now);
        }
    }

    /// <summary>Gives a turn back.</summary>
    /// <param name="user">Whose.</param>
    internal void Return(UserKey user) => taken.Return(user);

    /// <summary>Keeps no turn for those who should have come, and none that was given up.</summary>
    /// <param name="now">The time.</param>
    internal void Lapse(DateTimeOffset now)
    {
        while (kept.Count > 0 && kept.Min is var first && first.At + Patience <= now)
        {
            kept.Remove(first);
            faith -= Weight * faith;
            missed++;
        }

        while (vacant.TryPeek(out var at, out _) && at < now)
        {
            vacant.Dequeue();
        }

        if (missed >= requests)
        {
            // As many as a window has room for did not come, nor did anybody else: nobody is to wait behind a line that is not there.
            plan.Clear();
            vacant.Clear();
            missed = 0;
        }
    }

    private int Expected(int count) => (int)Math.Round(count * faith);
}
