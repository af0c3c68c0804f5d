using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace UserSync.Azure.Storage;

/// <summary>
/// Keys for the tables: the SHA-256 digest of what identifies a row, in hexadecimal. A key may hold neither <c>/</c>, <c>\</c>,
/// <c>#</c>, <c>?</c> nor control characters, and not more than 1 KiB; an id may be anything. A digest has the right alphabet and length
/// whatever the id, no two ids have the same one in practice, and it says nothing about a person: keys stand in addresses, and
/// addresses in traces, in the client's log and in the account's own.
/// </summary>
internal static class TableKey
{
    /// <summary>How long a key is.</summary>
    internal const int Length = 2 * SHA256.HashSizeInBytes;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The key of what one text identifies.</summary>
    /// <param name="text">The text.</param>
    internal static string Of(string text) => Of(text, string.Empty);

    /// <summary>The key of what two texts identify together.</summary>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    internal static string Of(string first, string second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // The length keeps "ab" and "c" from being "a" and "bc". Not UTF-8, which has one form for all lone surrogates.
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, first.Length);
        hash.AppendData(length);
        hash.AppendData(MemoryMarshal.AsBytes(first.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(second.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether a text could be a key.</summary>
    /// <param name="text">The text.</param>
    internal static bool IsOne(ReadOnlySpan<char> text) => IsHexadecimal(text, Length);

    /// <summary>Whether a text is a number of hexadecimal digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many.</param>
    internal static bool IsHexadecimal(ReadOnlySpan<char> text, int length) => text.Length == length && !text.ContainsAnyExcept(Digits);
}
