using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Server.Tests.Fuzzing;

/// <summary>The private keys of senders that only the tests know, for the schemes that no shared secret can sign.</summary>
internal static class TestKeys
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly Key Ed25519 = Key.Create(SignatureAlgorithm.Ed25519);

    /// <summary>The public keys, as further values of the secrets of the recorded deliveries' sources.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Secrets() =>
    [
        new("wix-secret:1", Rsa.ExportSubjectPublicKeyInfoPem()),
        new("secevent-scim-secret:1", Ecdsa.ExportSubjectPublicKeyInfoPem()),
        new("standard-webhooks-ed25519-secret:1", "whpk_" + Convert.ToBase64String(Ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey))),
    ];

    public static string Rs256(string header, byte[] claims) =>
        Token(header, claims, content => Rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(string header, byte[] claims) =>
        Token(header, claims, content => Ecdsa.SignData(content, HashAlgorithmName.SHA256));

    public static byte[] SignEd25519(byte[] content) => SignatureAlgorithm.Ed25519.Sign(Ed25519, content);

    private static string Token(string header, byte[] claims, Func<byte[], byte[]> sign)
    {
        var content = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(claims)}";
        return $"{content}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)))}";
    }
}
