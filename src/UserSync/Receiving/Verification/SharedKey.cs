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
        var text = secret.AsSpan();
        if (StripPrefix.Length > 0 && text.StartsWith(StripPrefix, StringComparison.Ordinal))
        {
            text = text[StripPrefix.Length..];
        }

        if (!IsBase64)
        {
            var literal = new byte[Encoding.UTF8.GetByteCount(text)];
            Encoding.UTF8.GetBytes(text, literal);
            return literal.Length > 0 ? literal : null;
        }

        return Encodings.TryDecode(text, BytesEncoding.Base64, out var key) && key.Length > 0 ? key : null;
    }
}
