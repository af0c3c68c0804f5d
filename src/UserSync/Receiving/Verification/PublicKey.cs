using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace UserSync.Receiving.Verification;

/// <summary>A sender's public key with the algorithm that it is used with.</summary>
internal sealed class PublicKey
{
    private readonly Check check;

    private PublicKey(Check check) => this.check = check;

    private delegate bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>An Ed25519 key: PEM, or the 32 bytes as the source's key settings say.</summary>
    internal static PublicKey? Ed25519(string text, SharedKey keyText)
    {
        var algorithm = SignatureAlgorithm.Ed25519;
        NSec.Cryptography.PublicKey? key;
        if (IsPem(text))
        {
            NSec.Cryptography.PublicKey.TryImport(algorithm, Encoding.UTF8.GetBytes(text), KeyBlobFormat.PkixPublicKeyText, out key);
        }
        else
        {
            NSec.Cryptography.PublicKey.TryImport(algorithm, RawKey(text, keyText), KeyBlobFormat.RawPublicKey, out key);
        }

        return key is null ? null : new PublicKey((data, signature) => signature.Length == algorithm.SignatureSize && algorithm.Verify(key, data, signature));
    }

    /// <summary>An ECDSA key as PEM. Signatures come in ASN.1, or as the two numbers side by side.</summary>
    internal static PublicKey? EcdsaSha256(string text, SharedKey keyText)
    {
        var key = ECDsa.Create();
        return Import(key, text, keyText)
            ? new PublicKey((data, signature) =>
                key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                || key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            : null;
    }

    /// <summary>An RSA key as PEM, with PKCS #1 padding.</summary>
    internal static PublicKey? RsaSha256(string text, SharedKey keyText) => Rsa(text, keyText, RSASignaturePadding.Pkcs1);

    /// <summary>An RSA key as PEM, with PSS padding.</summary>
    internal static PublicKey? RsaPssSha256(string text, SharedKey keyText) => Rsa(text, keyText, RSASignaturePadding.Pss);

    /// <summary>Whether the signature was made over the data with the private key to this one.</summary>
    internal bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => check(data, signature);

    private static PublicKey? Rsa(string text, SharedKey keyText, RSASignaturePadding padding)
    {
        var key = RSA.Create();
        return Import(key, text, keyText) && key.KeySize >= 2048
            ? new PublicKey((data, signature) => key.VerifyData(data, signature, HashAlgorithmName.SHA256, padding))
            : null;
    }

    private static bool Import(AsymmetricAlgorithm key, string text, SharedKey keyText)
    {
        try
        {
            if (IsPem(text))
            {
                key.ImportFromPem(text);
            }
            else
            {
                key.ImportSubjectPublicKeyInfo(RawKey(text, keyText), out _);
            }

            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>Key bytes that are not PEM: in base64 after the prefix, or in hex, as Discord writes them.</summary>
    private static byte[] RawKey(string text, SharedKey keyText) =>
        keyText.IsBase64 ? keyText.From(text) ?? [] : Encodings.TryDecode(text.Trim(), BytesEncoding.HexOrBase64, out var bytes) ? bytes : [];
}
