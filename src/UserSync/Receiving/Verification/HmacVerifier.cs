using System.Security.Cryptography;
using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>A keyed hash over the delivery, compared as bytes in constant time.</summary>
/// <param name="secrets">The names of the secrets.</param>
/// <param name="request">What is signed, and where the signature stands.</param>
/// <param name="algorithm">The hash.</param>
/// <param name="sharedKey">How the key is made from a secret.</param>
internal sealed class HmacVerifier(IReadOnlyList<string> secrets, SignedRequest request, HashAlgorithmName algorithm, SharedKey sharedKey)
    : SignedVerifier(secrets, request), ISigner
{
    private static readonly IReadOnlyDictionary<string, HashAlgorithmName> Algorithms = new Dictionary<string, HashAlgorithmName>(StringComparer.Ordinal)
    {
        ["sha256"] = HashAlgorithmName.SHA256,
        ["sha1"] = HashAlgorithmName.SHA1,
        ["sha512"] = HashAlgorithmName.SHA512,
    };

    // Of whoever was here last, for the next: to set a key up takes as long as to hash a short body with it.
    private Keyed? spare;

    internal static HmacVerifier? Read(Setting settings, IReadOnlyList<string> secrets)
    {
        settings.ExpectObject([.. SignedRequest.SettingNames, "algorithm", "keyEncoding", "keyPrefix"]);
        var request = SignedRequest.Read(settings);
        var algorithm = settings.Member("algorithm").Choice(Algorithms, HashAlgorithmName.SHA256);
        var sharedKey = SharedKey.Read(settings);
        return request is null ? null : new HmacVerifier(secrets, request, algorithm, sharedKey);
    }

    /// <inheritdoc/>
    public bool RevealsSecret => false;

    /// <inheritdoc/>
    public void Sign(DeliveryDraft draft, string secret) => Request.Sign(
        draft,
        secret,
        content => sharedKey.From(secret) is { } key ? CryptographicOperations.HmacData(algorithm, key, content) : null);

    private protected override bool Fits(ReadOnlySpan<byte> content, SignatureReading reading, string secret)
    {
        var ready = Interlocked.Exchange(ref spare, null);

        // The same text, and not an equal one: stores keep what they have read, and this reads nothing of a secret.
        if (!ReferenceEquals(ready?.Secret, secret))
        {
            ready?.Hash.Dispose();
            ready = Prepare(secret);
        }

        if (ready is null)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[SHA512.HashSizeInBytes];
        ready.Hash.AppendData(content);
        expected = expected[..ready.Hash.GetHashAndReset(expected)];
        Interlocked.Exchange(ref spare, ready)?.Hash.Dispose();
        return Fits(expected, reading);
    }

    /// <summary>The hash with the key of a secret; <see langword="null"/> where no key can be made of it.</summary>
    private Keyed? Prepare(string secret)
    {
        var size = SharedKey.RoomFor(secret);
        Span<byte> room = size <= Encodings.MostOnStack ? stackalloc byte[size] : new byte[size];
        try
        {
            return sharedKey.TryMake(secret, room, out var length) ? new Keyed(secret, IncrementalHash.CreateHMAC(algorithm, room[..length])) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }

    private static bool Fits(ReadOnlySpan<byte> expected, SignatureReading reading)
    {
        Span<byte> room = reading.Room <= Encodings.MostOnStack ? stackalloc byte[reading.Room] : new byte[reading.Room];
        var fits = false;
        foreach (var signature in reading.Decode(room))
        {
            fits |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return fits;
    }

    /// <summary>A hash, ready to begin, and the secret that its key is made of.</summary>
    private sealed class Keyed(string secret, IncrementalHash hash)
    {
        internal string Secret { get; } = secret;

        internal IncrementalHash Hash { get; } = hash;
    }
}
