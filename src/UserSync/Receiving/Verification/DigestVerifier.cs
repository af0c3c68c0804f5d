using System.Security.Cryptography;
using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>The plain SHA-256 of secret and content that older senders still write.</summary>
/// <param name="secrets">The names of the secrets.</param>
/// <param name="request">What is hashed, and where the digest stands.</param>
internal sealed class DigestVerifier(IReadOnlyList<string> secrets, SignedRequest request) : SignedVerifier(secrets, request), ISigner
{
    /// <inheritdoc/>
    public override string Weakness => "a plain digest can be lengthened by whoever sees one: use the sender's newer signature";

    internal static DigestVerifier? Read(Setting settings, IReadOnlyList<string> secrets)
    {
        settings.ExpectObject(SignedRequest.SettingNames);
        var request = SignedRequest.Read(settings, mayHoldSecret: true);
        return request is null ? null : new DigestVerifier(secrets, request);
    }

    /// <inheritdoc/>
    public bool RevealsSecret => false;

    /// <inheritdoc/>
    public void Sign(DeliveryDraft draft, string secret) => Request.Sign(draft, secret, content => SHA256.HashData(content));

    private protected override bool Fits(ReadOnlySpan<byte> content, SignatureReading reading, string secret)
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, expected);
        Span<byte> room = reading.Room <= Encodings.MostOnStack ? stackalloc byte[reading.Room] : new byte[reading.Room];
        var fits = false;
        foreach (var signature in reading.Decode(room))
        {
            fits |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return fits;
    }
}
