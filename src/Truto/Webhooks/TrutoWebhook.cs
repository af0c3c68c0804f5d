using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Truto.Webhooks;

/// <summary>Verification of the webhooks that Truto itself sends.</summary>
public static class TrutoWebhook
{
    /// <summary>The header that carries the signature.</summary>
    public const string SignatureHeader = "X-Truto-Signature";

    private const int LongestHeader = 512;

    /// <summary>
    /// Checks a delivery's signature: HMAC-SHA256 over the body, keyed with the webhook's secret, in the header as
    /// <c>format=sha256,v=&lt;mac&gt;</c>. Truto's documents write the mac in hexadecimal and its customers' code reads base64, so both
    /// are taken. The comparison takes the same time whatever it finds.
    /// </summary>
    /// <param name="body">The body exactly as received, before any parsing.</param>
    /// <param name="signatureHeader">The value of <see cref="SignatureHeader"/>, or <see langword="null"/> where there is none.</param>
    /// <param name="secrets">
    /// The secrets of the webhook, as Truto showed them (a UUID with its dashes); several while one replaces another. Empty ones are
    /// passed over.
    /// </param>
    /// <remarks>
    /// The signature covers no time. Against replays, compare <c>created_at</c> of the verified body to the clock, and remember its
    /// <c>id</c>.
    /// </remarks>
    public static WebhookVerdict Verify(ReadOnlySpan<byte> body, string? signatureHeader, IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);

        if (string.IsNullOrWhiteSpace(signatureHeader))
        {
            return WebhookVerdict.MissingSignature;
        }

        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var parsed = Parse(signatureHeader, claimed);
        if (parsed is not WebhookVerdict.Valid)
        {
            return parsed;
        }

        Span<byte> actual = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var verdict = WebhookVerdict.NoSecret;
        foreach (var secret in secrets)
        {
            if (string.IsNullOrEmpty(secret))
            {
                continue;
            }

            // Every secret is tried, also after a match, so that the time tells nothing of which one it was.
            Hash(secret, body, actual);
            var matches = CryptographicOperations.FixedTimeEquals(claimed, actual);
            verdict = matches || verdict is WebhookVerdict.Valid ? WebhookVerdict.Valid : WebhookVerdict.Mismatch;
        }

        return verdict;
    }

    private static void Hash(string secret, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        try
        {
            HMACSHA256.HashData(key, body, mac);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static WebhookVerdict Parse(ReadOnlySpan<char> header, Span<byte> mac)
    {
        if (header.Length > LongestHeader)
        {
            return WebhookVerdict.MalformedSignature;
        }

        ReadOnlySpan<char> encoded = default;
        foreach (var range in header.Split(','))
        {
            // The first "=" divides name and value; base64 may end in more of them.
            var parameter = header[range].Trim();
            var equals = parameter.IndexOf('=');
            var name = equals < 0 ? parameter : parameter[..equals];
            var value = equals < 0 ? default : parameter[(equals + 1)..];
            if (name is "format" && value is not "sha256")
            {
                return WebhookVerdict.UnsupportedFormat;
            }

            if (name is "v")
            {
                if (!encoded.IsEmpty)
                {
                    return WebhookVerdict.MalformedSignature;
                }

                encoded = value;
            }
        }

        return Decode(encoded, mac) ? WebhookVerdict.Valid : WebhookVerdict.MalformedSignature;
    }

    private static bool Decode(ReadOnlySpan<char> encoded, Span<byte> mac)
    {
        switch (encoded.Length)
        {
            case 2 * HMACSHA256.HashSizeInBytes:
                return Convert.FromHexString(encoded, mac, out _, out _) is OperationStatus.Done;

            // Base64 of 32 bytes, without and with its padding; the decoder knows only the URL-safe alphabet.
            case 43 or 44:
                Span<char> urlSafe = stackalloc char[encoded.Length];
                encoded.Replace(urlSafe, '+', '-');
                urlSafe.Replace('/', '_');
                return Base64Url.DecodeFromChars(urlSafe, mac, out _, out var written) is OperationStatus.Done && written == mac.Length;

            default:
                return false;
        }
    }
}
