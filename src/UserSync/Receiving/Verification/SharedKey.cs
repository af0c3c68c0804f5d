using System.Security.Cryptography;
using System.Text;
using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>How the key is made from a secret's text.</summary>
/// <param name="IsBase64">Whether the text is base64 of the key; otherwise its UTF-8 bytes are the key.</param>
/// <param name="StripPrefix">A prefix that is not part of the key, such as <c>whsec_</c>.</param>
internal sealed record SharedKey(bool IsBase64, string StripPrefix)
{
    private static readonly IReadOnlyDictionary<string, bool> EncodingNames = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["text"] = false,
        ["base64"] = true,
    };

    internal static SharedKey Read(Setting settings) => new(
        settings.Member("keyEncoding").Choice(EncodingNames, absent: false),
        settings.Member("keyPrefix").Text("Write the prefix that is not part of the key, for example \"whsec_\"") ?? string.Empty);

    /// <summary>The key's bytes; <see langword="null"/> where the secret is not what the scheme expects. Clear them after use.</summary>
    internal byte[]? From(string secret)
    {
        var room = new byte[RoomFor(secret)];
        var key = TryMake(secret, room, out var length) ? room[..length] : null;
        CryptographicOperations.ZeroMemory(room);
        return key;
    }

    /// <summary>How much room a key can take while it is made.</summary>
    internal static int RoomFor(string secret) => Encoding.UTF8.GetMaxByteCount(secret.Length);

    /// <summary>Makes the key; <see langword="false"/> where the secret is not what the scheme expects.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="room">Where to. Clear all of it after use.</param>
    /// <param name="length">How long the key is.</param>
    internal bool TryMake(string secret, Span<byte> room, out int length)
    {
        var text = secret.AsSpan();
        if (StripPrefix.Length > 0 && text.StartsWith(StripPrefix, StringComparison.Ordinal))
        {
            text = text[StripPrefix.Length..];
        }

        if (IsBase64)
        {
            return Encodings.TryDecode(text, BytesEncoding.Base64, room, out length) && length > 0;
        }

        length = Encoding.UTF8.GetBytes(text, room);
        return length > 0;
    }
}
