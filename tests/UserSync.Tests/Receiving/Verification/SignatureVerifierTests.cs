using System.Security.Cryptography;
using System.Text;
using CsCheck;
using NSec.Cryptography;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class SignatureVerifierTests
{
    private const string Body = """{"id":"1"}""";

    private static readonly Key Ed25519 = Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
    private static readonly ECDsa Ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly RSA SmallRsa = RSA.Create(1024);

    private static byte[] Content => Encoding.UTF8.GetBytes(Body);

    private static byte[] Ed25519Bytes => Ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    private static string Ed25519Pem => Encoding.ASCII.GetString(Ed25519.PublicKey.Export(KeyBlobFormat.PkixPublicKeyText));

    [Fact]
    public async Task An_Ed25519_signature_is_checked_with_a_key_in_any_form()
    {
        var signature = SignatureAlgorithm.Ed25519.Sign(Ed25519, Content);

        Assert.Equal(Verdict.Valid, await TryAsync("ed25519", Ed25519Pem, signature));
        Assert.Equal(Verdict.Valid, await TryAsync("ed25519", Convert.ToHexStringLower(Ed25519Bytes), signature));
        Assert.Equal(Verdict.Valid, await TryAsync("ed25519", Convert.ToBase64String(Ed25519Bytes), signature));
        Assert.Equal(Verdict.Valid, await TryAsync("ed25519", "whpk_" + Convert.ToBase64String(Ed25519Bytes), signature, "\"keyEncoding\": \"base64\", \"keyPrefix\": \"whpk_\","));
    }

    [Fact]
    public async Task An_ECDSA_signature_is_checked_in_both_forms_with_a_key_in_any_form()
    {
        foreach (var format in new[] { DSASignatureFormat.Rfc3279DerSequence, DSASignatureFormat.IeeeP1363FixedFieldConcatenation })
        {
            var signature = Ecdsa.SignData(Content, HashAlgorithmName.SHA256, format);

            Assert.Equal(Verdict.Valid, await TryAsync("ecdsa-sha256", Ecdsa.ExportSubjectPublicKeyInfoPem(), signature));
            Assert.Equal(Verdict.Valid, await TryAsync("ecdsa-sha256", Convert.ToBase64String(Ecdsa.ExportSubjectPublicKeyInfo()), signature));
            Assert.Equal(Verdict.Valid, await TryAsync("ecdsa-sha256", "MFkw" + Convert.ToBase64String(Ecdsa.ExportSubjectPublicKeyInfo())[4..], signature, "\"keyEncoding\": \"base64\","));
        }
    }

    [Fact]
    public async Task An_RSA_signature_is_checked_with_the_padding_that_is_configured()
    {
        var pkcs1 = Rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var pss = Rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        foreach (var key in new[] { Rsa.ExportSubjectPublicKeyInfoPem(), Rsa.ExportRSAPublicKeyPem(), Convert.ToBase64String(Rsa.ExportSubjectPublicKeyInfo()) })
        {
            Assert.Equal(Verdict.Valid, await TryAsync("rsa-sha256", key, pkcs1));
            Assert.Equal(Verdict.Mismatch, await TryAsync("rsa-sha256", key, pss));
            Assert.Equal(Verdict.Valid, await TryAsync("rsa-pss-sha256", key, pss));
            Assert.Equal(Verdict.Mismatch, await TryAsync("rsa-pss-sha256", key, pkcs1));
        }
    }

    [Fact]
    public async Task An_RSA_key_of_less_than_2048_bits_proves_nothing()
    {
        var signature = SmallRsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.Equal(Verdict.Mismatch, await TryAsync("rsa-sha256", SmallRsa.ExportSubjectPublicKeyInfoPem(), signature));
    }

    [Fact]
    public async Task A_signature_by_another_key_is_wrong()
    {
        using var otherEcdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherEd25519 = Key.Create(SignatureAlgorithm.Ed25519);

        Assert.Equal(Verdict.Mismatch, await TryAsync("ed25519", Ed25519Pem, SignatureAlgorithm.Ed25519.Sign(otherEd25519, Content)));
        Assert.Equal(Verdict.Mismatch, await TryAsync("ecdsa-sha256", Ecdsa.ExportSubjectPublicKeyInfoPem(), otherEcdsa.SignData(Content, HashAlgorithmName.SHA256)));
    }

    [Fact]
    public async Task A_key_of_another_kind_proves_nothing()
    {
        var keys = new[] { Ed25519Pem, Ecdsa.ExportSubjectPublicKeyInfoPem(), Rsa.ExportSubjectPublicKeyInfoPem(), "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" };
        var signatures = new Dictionary<string, byte[]>
        {
            ["ed25519"] = SignatureAlgorithm.Ed25519.Sign(Ed25519, Content),
            ["ecdsa-sha256"] = Ecdsa.SignData(Content, HashAlgorithmName.SHA256),
            ["rsa-sha256"] = Rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };

        foreach (var (algorithm, signature) in signatures)
        {
            var valid = 0;
            foreach (var key in keys)
            {
                valid += await TryAsync(algorithm, key, signature) == Verdict.Valid ? 1 : 0;
            }

            Assert.Equal(1, valid);
        }
    }

    [Fact]
    public async Task Any_of_several_keys_may_fit_any_of_several_signatures()
    {
        using var old = Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        var verifier = TestVerifier.Of("""{ "scheme": "signature", "algorithm": "ed25519", "header": "X-Signature", "separator": " ", "prefix": "v1a,", "encoding": "base64" }""");
        var header = string.Join(' ', new[] { old, Ed25519 }.Select(key => "v1a," + Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(key, Content))));

        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of(Body, [("X-Signature", header)]), Ed25519Pem));
        Assert.Equal(Verdict.Valid, await verifier.VerdictAsync(Deliveries.Of(Body, [("X-Signature", header.Split(' ')[1])]), "not a key", Ed25519Pem));
    }

    [Fact]
    public async Task No_bytes_are_a_reason_to_fail_and_none_are_right() => await Gen.Select(Gen.OneOf("ed25519", "ecdsa-sha256", "rsa-sha256", "rsa-pss-sha256"), Gen.OneOf(
            Gen.Byte.Array[1, 80],
            Gen.Byte.Array[64],
            Gen.Byte.Array[256],
            Gen.Byte.Array[2, 70].Select(bytes => (byte[])[0x30, (byte)(bytes.Length + 2), 0x02, .. bytes])))
        .SampleAsync(async (algorithm, signature) => Assert.Equal(Verdict.Mismatch, await TryAsync(algorithm, KeyOf(algorithm), signature)), iter: 300);

    [Fact]
    public async Task A_signature_is_wrong_wherever_a_bit_is_changed() => await Gen.Select(Gen.OneOf("ed25519", "ecdsa-sha256", "rsa-sha256"), Gen.Int[0, 10_000])
        .SampleAsync(async (algorithm, position) =>
        {
            var signature = algorithm switch
            {
                "ed25519" => SignatureAlgorithm.Ed25519.Sign(Ed25519, Content),
                "ecdsa-sha256" => Ecdsa.SignData(Content, HashAlgorithmName.SHA256),
                _ => Rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            };
            signature[position / 8 % signature.Length] ^= (byte)(1 << (position % 8));

            Assert.Equal(Verdict.Mismatch, await TryAsync(algorithm, KeyOf(algorithm), signature));
        });

    [Fact]
    public void Only_the_sender_can_sign() =>
        Assert.IsNotAssignableFrom<ISigner>(TestVerifier.Of("""{ "scheme": "signature", "algorithm": "ed25519", "header": "X-Signature" }"""));

    private static string KeyOf(string algorithm) => algorithm switch
    {
        "ed25519" => Ed25519Pem,
        "ecdsa-sha256" => Ecdsa.ExportSubjectPublicKeyInfoPem(),
        _ => Rsa.ExportSubjectPublicKeyInfoPem(),
    };

    private static Task<Verdict> TryAsync(string algorithm, string key, byte[] signature, string settings = "") => TestVerifier
        .Of($$"""{ "scheme": "signature", "algorithm": "{{algorithm}}", {{settings}} "header": "X-Signature" }""")
        .VerdictAsync(Deliveries.Of(Body, [("X-Signature", Convert.ToHexString(signature))]), key);
}
