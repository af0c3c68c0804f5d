using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace UserSync.Receiving.Verification;

/// <summary>How bytes are written as text in signatures and keys.</summary>
internal static class Encodings
{
    internal static readonly IReadOnlyDictionary<string, BytesEncoding> Names = new Dictionary<string, BytesEncoding>(StringComparer.Ordinal)
    {
        ["hex"] = BytesEncoding.Hex,
        ["base64"] = BytesEncoding.Base64,
        ["base64url"] = BytesEncoding.Base64Url,
        ["hex-or-base64"] = BytesEncoding.HexOrBase64,
    };

    /// <summary>Texts up to this length are decoded on the stack.</summary>
    internal const int MostOnStack = 512;

    /// <summary>Decodes text; padding may be there or not.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, BytesEncoding encoding, [NotNullWhen(true)] out byte[]? bytes)
    {
        Span<byte> room = text.Length <= MostOnStack ? stackalloc byte[text.Length] : new byte[text.Length];
        bytes = TryDecode(text, encoding, room, out var length) ? room[..length].ToArray() : null;
        return bytes is not null;
    }

    /// <summary>Decodes text; padding may be there or not.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it is written.</param>
    /// <param name="room">Where to, with as many bytes as the text has letters.</param>
    /// <param name="length">How many bytes there are.</param>
    internal static bool TryDecode(ReadOnlySpan<char> text, BytesEncoding encoding, Span<byte> room, out int length)
    {
        switch (encoding)
        {
            case BytesEncoding.Hex:
                return TryDecodeHex(text, room, out length);
            case BytesEncoding.HexOrBase64:
                // The lengths of hex and base64 of one digest differ, so at most one of them is a digest.
                return TryDecodeHex(text, room, out length) || TryDecodeBase64(text, room, out length);
            default:
                return TryDecodeBase64(text, room, out length);
        }
    }

    /// <summary>Encodes bytes as senders write them: hex in lower case, base64 with padding.</summary>
    internal static string Encode(ReadOnlySpan<byte> bytes, BytesEncoding encoding) => encoding switch
    {
        BytesEncoding.Base64 => Convert.ToBase64String(bytes),
        BytesEncoding.Base64Url => Base64Url.EncodeToString(bytes),
        _ => Convert.ToHexStringLower(bytes),
    };

    private static bool TryDecodeHex(ReadOnlySpan<char> text, Span<byte> room, out int length)
    {
        length = text.Length / 2;
        return text.Length > 0 && text.Length % 2 == 0 && Convert.FromHexString(text, room, out _, out _) == OperationStatus.Done;
    }

    /// <summary>Both alphabets of base64 are taken: they differ in two letters that mean the same.</summary>
    private static bool TryDecodeBase64(ReadOnlySpan<char> text, Span<byte> room, out int length)
    {
        length = 0;
        var ascii = room[..text.Length];
        if (text.IsEmpty || Ascii.FromUtf16(text, ascii, out _) != OperationStatus.Done)
        {
            return false;
        }

        ascii.Replace((byte)'+', (byte)'-');
        ascii.Replace((byte)'/', (byte)'_');
        var unpadded = ascii.TrimEnd((byte)'=');
        if (ascii.Length - unpadded.Length > 2 || !Base64Url.IsValid(unpadded))
        {
            return false;
        }

        length = Base64Url.DecodeFromUtf8InPlace(unpadded);
        return true;
    }
}
