using System.Collections.Concurrent;
using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>A signature made with the sender's private key and checked with its public one, which stands where secrets stand.</summary>
/// <param name="secrets">The names of the public keys.</param>
/// <param name="request">What is signed, and where the signature stands.</param>
/// <param name="readKey">Makes a key of the algorithm from its text.</param>
internal sealed class SignatureVerifier(IReadOnlyList<string> secrets, SignedRequest request, Func<string, PublicKey?> readKey)
    : SignedVerifier(secrets, request)
{
    private static readonly IReadOnlyDictionary<string, Func<string, SharedKey, PublicKey?>> Algorithms =
        new Dictionary<string, Func<string, SharedKey, PublicKey?>>(StringComparer.Ordinal)
        {
            ["ed25519"] = PublicKey.Ed25519,
            ["ecdsa-sha256"] = PublicKey.EcdsaSha256,
            ["rsa-sha256"] = PublicKey.RsaSha256,
            ["rsa-pss-sha256"] = PublicKey.RsaPssSha256,
        };

    // Reading a key costs more than checking with it; keys are few and change rarely.
    private readonly ConcurrentDictionary<string, PublicKey?> keys = new(StringComparer.Ordinal);

    internal static SignatureVerifier? Read(Setting settings, IReadOnlyList<string> secrets)
    {
        settings.ExpectObject([.. SignedRequest.SettingNames, "algorithm", "keyEncoding", "keyPrefix"]);
        var request = SignedRequest.Read(settings);
        var keyText = SharedKey.Read(settings);
        settings.Member("algorithm").Require($"Write one of {string.Join(", ", Algorithms.Keys)}");
        var algorithm = settings.Member("algorithm").Choice(Algorithms, PublicKey.Ed25519);
        return request is null ? null : new SignatureVerifier(secrets, request, text => algorithm(text, keyText));
    }

    private protected override bool Fits(ReadOnlySpan<byte> content, SignatureReading reading, string secret)
    {
        if (keys.GetOrAdd(secret, readKey) is not { } key)
        {
            return false;
        }

        Span<byte> room = reading.Room <= Encodings.MostOnStack ? stackalloc byte[reading.Room] : new byte[reading.Room];
        foreach (var signature in reading.Decode(room))
        {
            if (key.Verify(content, signature))
            {
                return true;
            }
        }

        return false;
    }
}
