using System.Runtime.InteropServices;

namespace UserSync.Sqlite.Leases;

/// <summary>
/// The two places in which a user's lease may stand: where another user stands in the first, it is the second. A user who finds others in
/// both has to wait, though nobody has it: while 256 users are being updated, that happens to four of a million.
/// </summary>
/// <param name="First">The first, which the upper bits of the user's hash say.</param>
/// <param name="Other">The other.</param>
/// <param name="User">The part of the hash that stands in the word.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeasePlaces(int First, int Other, uint User)
{
    private const int Bits = 17;
    private const int PrefixBits = Bits + LeaseWord.UserBits;
    private const int RestBits = LedgerSlot.HashBits - PrefixBits;

    /// <summary>How many places there are.</summary>
    internal const int Count = 1 << Bits;

    /// <summary>The places of a user.</summary>
    /// <param name="hash">The user's hash.</param>
    internal static LeasePlaces Of(long hash)
    {
        var prefix = hash >> RestBits;
        var user = (uint)(prefix & ((1 << LeaseWord.UserBits) - 1));
        var first = (int)(prefix >> LeaseWord.UserBits);
        return new LeasePlaces(first, Partner(first, user), user);
    }

    /// <summary>The least and the greatest hash that the user of a lease may have.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="word">The lease.</param>
    internal static (long First, long Last) HashesOf(int place, LeaseWord word)
    {
        var home = word.IsInOther ? Partner(place, word.User) : place;
        var first = (((long)home << LeaseWord.UserBits) | word.User) << RestBits;
        return (first, first | ((1L << RestBits) - 1));
    }

    /// <summary>The one place of a user from the other.</summary>
    private static int Partner(int place, uint user) => place ^ (int)(((user * 2_654_435_769u) >> (32 - Bits)) | 1);
}
