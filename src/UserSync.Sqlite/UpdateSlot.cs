using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace UserSync.Sqlite;

/// <summary>
/// Where an update stands: in one of the slots that begin at a number that its id says. Ids of updates that Truto took begin with the time, so
/// each comes behind those before it and no index is needed to find it, or to forget it; attempts that failed stand before all of them.
/// </summary>
internal static class UpdateSlot
{
    /// <summary>How many slots an id has.</summary>
    internal const int Count = 1 << CountBits;

    private const int CountBits = 3;
    private const int RandomBits = 12;
    private const int IdLength = 32;

    // In a UUID of version 7, as 32 digits.
    private const int TimeDigits = 12;
    private const int DigitsBeforeVariant = 16;

    /// <summary>The first slot.</summary>
    /// <param name="id">The update's id.</param>
    internal static long First(string id)
    {
        if (id.Length == IdLength && id[TimeDigits] == '7'
            && long.TryParse(id.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var milliseconds)
            && long.TryParse(
                id.AsSpan(TimeDigits + 1, DigitsBeforeVariant - TimeDigits - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var random))
        {
            return At(milliseconds) | (random << CountBits);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return (BinaryPrimitives.ReadInt64BigEndian(hash) | long.MinValue) & -Count;
    }

    /// <summary>The first slot that an update of a time may have.</summary>
    /// <param name="time">The time.</param>
    internal static long From(DateTimeOffset time) => At(Math.Max(0, time.ToUnixTimeMilliseconds()));

    private static long At(long milliseconds) => milliseconds << (RandomBits + CountBits);
}
