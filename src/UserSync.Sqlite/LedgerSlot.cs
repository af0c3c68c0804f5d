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

    /// <summary>How many slots a user has. Nobody finds that many users whose hashes are so near.</summary>
    internal const int Count = 16;

    /// <summary>How many bits a hash has: it is not negative, and there is room behind it.</summary>
    internal const int HashBits = 62;

    /// <summary>The first slot.</summary>
    /// <param name="user">The user.</param>
    internal static long First(UserKey user)
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
}
