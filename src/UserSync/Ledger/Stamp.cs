namespace UserSync.Ledger;

/// <summary>
/// When a change happened, and which event says so: orders two values of one field the same way on every machine, also where two
/// events happened at the same time.
/// </summary>
/// <param name="OccurredAt">The time of occurrence.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="Source">The event's source: ids are unique within it only.</param>
/// <param name="Replay">
/// Zero for the event as its source sent it; greater for each replay, so that a corrected mapping replaces what the same event said
/// before, and still nothing that is newer.
/// </param>
public readonly record struct Stamp(DateTimeOffset OccurredAt, string EventId, string Source, long Replay = 0) : IComparable<Stamp>
{
    /// <inheritdoc/>
    public int CompareTo(Stamp other)
    {
        var order = OccurredAt.UtcTicks.CompareTo(other.OccurredAt.UtcTicks);
        order = order != 0 ? order : string.CompareOrdinal(EventId, other.EventId);
        order = order != 0 ? order : string.CompareOrdinal(Source, other.Source);
        return order != 0 ? order : Replay.CompareTo(other.Replay);
    }

    /// <summary>Whether the left stamp is older.</summary>
    /// <param name="left">The left stamp.</param>
    /// <param name="right">The right stamp.</param>
    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left stamp is newer.</summary>
    /// <param name="left">The left stamp.</param>
    /// <param name="right">The right stamp.</param>
    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left stamp is not newer.</summary>
    /// <param name="left">The left stamp.</param>
    /// <param name="right">The right stamp.</param>
    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left stamp is not older.</summary>
    /// <param name="left">The left stamp.</param>
    /// <param name="right">The right stamp.</param>
    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;
}
