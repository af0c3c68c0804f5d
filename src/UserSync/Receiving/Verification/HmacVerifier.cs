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
        var size = SharedKey.RoomFor(secret);
        Span<byte> room = size <= Encodings.MostOnStack ? stackalloc byte[size] : new byte[size];
        try
        {
            return sharedKey.TryMake(secret, room, out var length) && Fits(content, reading, room[..length]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }

    private bool Fits(ReadOnlySpan<byte> content, SignatureReading reading, ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[SHA512.HashSizeInBytes];
        expected = expected[..CryptographicOperations.HmacData(algorithm, key, content, expected)];
        Span<byte> room = reading.Room <= Encodings.MostOnStack ? stackalloc byte[reading.Room] : new byte[reading.Room];
        var fits = false;
        foreach (var signature in reading.Decode(room))
        {
            fits |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return fits;
    }
}
