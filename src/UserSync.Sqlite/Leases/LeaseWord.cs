using UserSync.Ledger;

namespace UserSync.Sqlite.Leases;

/// <summary>
/// A lease as one number, which all processes of a machine change at one stroke: whose it is, which taking it is, and when it ends. Zero is
/// nobody's.
/// </summary>
/// <param name="Value">The number.</param>
internal readonly record struct LeaseWord(long Value)
{
    private const int SecondsBits = 32;
    private const int TakingBits = 9;
    private const int OtherShift = SecondsBits + TakingBits;

    // Seconds since then reach beyond the year 2150.
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many bits of a user's hash stand in it.</summary>
    internal const int UserBits = 64 - OtherShift - 1;

    /// <summary>Nobody's.</summary>
    internal static readonly LeaseWord None;

    /// <summary>Whether it is nobody's.</summary>
    internal bool IsNone => Value == 0;

    /// <summary>The part of the user's hash.</summary>
    internal uint User => (uint)((ulong)Value >> (64 - UserBits));

    /// <summary>Whether it stands in the other of the user's two places.</summary>
    internal bool IsInOther => ((Value >> OtherShift) & 1) != 0;

    /// <summary>When it ends by itself.</summary>
    internal DateTimeOffset Until => Start.AddSeconds((uint)Value);

    /// <summary>The word of a lease; it ends up to a second later.</summary>
    /// <param name="user">A part of the user's hash.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="isInOther">Whether it stands in the other of the user's two places.</param>
    internal static LeaseWord Of(uint user, Lease lease, bool isInOther)
    {
        var seconds = (uint)Math.Clamp(Math.Ceiling((lease.Until - Start).TotalSeconds), 1, uint.MaxValue);
        var taking = (uint)string.GetHashCode(lease.Owner, StringComparison.Ordinal) & ((1 << TakingBits) - 1);
        return new LeaseWord((long)(
            ((ulong)user << (64 - UserBits)) | ((isInOther ? 1UL : 0) << OtherShift) | ((ulong)taking << SecondsBits) | seconds));
    }
}
