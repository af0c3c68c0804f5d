using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UserSync.Ledger;

namespace UserSync.Sqlite;

/// <summary>
/// Where a user's ledger stands: in one of the slots that begin at a hash of the user. Almost always it is the first; the others are
/// for users with nearly the same hash.
/// </summary>
internal static class LedgerSlot
{
    private const int ShortText = 512;

    // Of users of late: each update asks three times, and a digest takes most of a microsecond.
    private static readonly Known?[] Recent = new Known?[256];

    /// <summary>How many slots a user has. Nobody finds that many users whose hashes are so near.</summary>
    internal const int Count = 16;

    /// <summary>How many bits a hash has: it is not negative, and there is room behind it.</summary>
    internal const int HashBits = 62;

    /// <summary>The first slot.</summary>
    /// <param name="user">The user.</param>
    internal static long First(UserKey user)
    {
        ref var place = ref Recent[(uint)user.GetHashCode() % (uint)Recent.Length];
        if (Volatile.Read(ref place) is { } known && known.User == user)
        {
            return known.First;
        }

        var first = Compute(user);
        Volatile.Write(ref place, new Known(user, first));
        return first;
    }

    private static long Compute(UserKey user)
    {
        var most = Encoding.UTF8.GetMaxByteCount(user.Account.Length + user.UserId.Length + 1);
        Span<byte> text = most <= ShortText ? stackalloc byte[ShortText] : new byte[most];
        var length = Encoding.UTF8.GetBytes(user.Account, text);
        text[length++] = (byte)'\n';
        length += Encoding.UTF8.GetBytes(user.UserId, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> (64 - HashBits));
    }

    private sealed class Known(UserKey user, long first)
    {
        internal UserKey User { get; } = user;

        internal long First { get; } = first;
    }
}
