using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace UserSync.Sqlite;

/// <summary>The last outcome of a page: the next page begins after it, whatever has arrived or changed meanwhile.</summary>
/// <param name="ReceivedAt">When it was received, in UTC ticks.</param>
/// <param name="Id">Its row.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OutcomeCursor(long ReceivedAt, long Id)
{
    private const int Size = 2 * sizeof(long);

    /// <summary>Before all outcomes.</summary>
    internal static readonly OutcomeCursor Start = new(long.MaxValue, long.MaxValue);

    /// <summary>Before all outcomes that were received before a time.</summary>
    /// <param name="time">The time.</param>
    internal static OutcomeCursor Before(DateTimeOffset time) => new(time.UtcTicks, long.MinValue);

    /// <summary>Reads a cursor.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is none.</exception>
    internal static OutcomeCursor Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        return text.Length == Base64Url.GetEncodedLength(Size)
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && length == Size
            ? new OutcomeCursor(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]))
            : throw new FormatException("The cursor is not one that was given out here.");
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ReceivedAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], Id);
        return Base64Url.EncodeToString(bytes);
    }
}
