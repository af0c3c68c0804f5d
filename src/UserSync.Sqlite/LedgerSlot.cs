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
    /// <summary>How many slots a user has. Nobody finds that many users whose hashes are so near.</summary>
    internal const int Count = 16;

    /// <summary>The first slot.</summary>
    /// <param name="user">The user.</param>
    internal static long First(UserKey user)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{user.Account}\n{user.UserId}"));

        // 62 bits: it is not negative, and there is room behind it.
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> 2);
    }
}
