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

    /// <summary>Decodes text; padding may be there or not.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, BytesEncoding encoding, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        switch (encoding)
        {
            case BytesEncoding.Hex:
                return TryDecodeHex(text, out bytes);
            case BytesEncoding.HexOrBase64:
                // The lengths of hex and base64 of one digest differ, so at most one of them is a digest.
                return TryDecodeHex(text, out bytes) || TryDecodeBase64(text, out bytes);
            default:
                return TryDecodeBase64(text, out bytes);
        }
    }

    /// <summary>Encodes bytes as senders write them: hex in lower case, base64 with padding.</summary>
    internal static string Encode(ReadOnlySpan<byte> bytes, BytesEncoding encoding) => encoding switch
    {
        BytesEncoding.Base64 => Convert.ToBase64String(bytes),
        BytesEncoding.Base64Url => Base64Url.EncodeToString(bytes),
        _ => Convert.ToHexStringLower(bytes),
    };

    private static bool TryDecodeHex(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length > 0 && text.Length % 2 == 0
            && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;
    }

    /// <summary>Both alphabets of base64 are taken: they differ in two letters that mean the same.</summary>
    private static bool TryDecodeBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        Span<byte> ascii = text.Length <= 1024 ? stackalloc byte[text.Length] : new byte[text.Length];
        if (text.IsEmpty || !Ascii.IsValid(text))
        {
            return false;
        }

        Encoding.ASCII.GetBytes(text, ascii);
        ascii.Replace((byte)'+', (byte)'-');
        ascii.Replace((byte)'/', (byte)'_');
        var unpadded = ascii.TrimEnd((byte)'=');
        if (ascii.Length - unpadded.Length > 2 || !Base64Url.IsValid(unpadded))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromUtf8(unpadded);
        return true;
    }
}
