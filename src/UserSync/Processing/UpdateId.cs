using System.Buffers.Binary;

namespace UserSync.Processing;

/// <summary>Makes ids: UUIDs of version 7 as 32 digits, so that those of one time are near each other.</summary>
internal static class UpdateId
{
    private const int Size = 16;
    private const int TimeBits = 48;
    private const ulong Version = 7;
    private const ulong Variant = 2;

    /// <summary>An id that no other has. It is no secret, so it needs no randomness of the system's, which takes longer than all the rest.</summary>
    /// <param name="now">The time.</param>
    internal static string New(DateTimeOffset now)
    {
        var milliseconds = (ulong)now.ToUnixTimeMilliseconds();
        Span<byte> bytes = stackalloc byte[Size];
        Random.Shared.NextBytes(bytes);
        var (first, last) = (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (milliseconds << (64 - TimeBits)) | (Version << 12) | (first & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], (Variant << 62) | (last >> 2));
        return Convert.ToHexStringLower(bytes);
    }
}
