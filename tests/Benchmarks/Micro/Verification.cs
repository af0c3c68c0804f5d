using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using NSec.Cryptography;
using UserSync.Receiving;
using UserSync.Sources;

namespace Benchmarks.Micro;

/// <summary>To tell that a delivery is genuine.</summary>
[MemoryDiagnoser]
public class Verification : IDisposable
{
    private readonly MicroWorld world = new();
    private readonly byte[] key = Encoding.UTF8.GetBytes(MicroWorld.Secret);
    private readonly string hmac;
    private readonly string basic;
    private readonly string ecdsa;
    private readonly string rsa;
    private readonly string ed25519;
    private readonly string digest;
    private readonly string jwt;
    private readonly Dictionary<string, (Source Source, Delivery Delivery)> ours;

    /// <summary>Makes one genuine delivery for each scheme.</summary>
    public Verification()
    {
        hmac = Convert.ToHexStringLower(HMACSHA256.HashData(key, MicroWorld.Bytes));
        basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{MicroWorld.Secret}"))}";
        ecdsa = Convert.ToBase64String(world.Ecdsa.SignData(MicroWorld.Bytes, HashAlgorithmName.SHA256));
        rsa = Convert.ToBase64String(world.Rsa.SignData(MicroWorld.Bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        ed25519 = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(world.Ed25519, MicroWorld.Bytes));
        digest = Convert.ToHexStringLower(SHA256.HashData([.. key, .. MicroWorld.Bytes]));
        jwt = Token(world.Rsa);
        ours = new Dictionary<string, (Source Source, Delivery Delivery)>(StringComparer.Ordinal)
        {
            ["hmac"] = Of("hmac", "X-Signature", hmac),
            ["token"] = Of("token", "X-Signature", MicroWorld.Secret),
            ["basic"] = Of("basic", "Authorization", basic),
            ["ecdsa"] = Of("ecdsa", "X-Signature", ecdsa),
            ["rsa"] = Of("rsa", "X-Signature", rsa),
            ["ed25519"] = Of("ed25519", "X-Signature", ed25519),
            ["digest"] = Of("digest", "X-Signature", digest),
            ["jwt"] = Of("jwt", "Authorization", $"Bearer {jwt}"),
        };

        (Source Source, Delivery Delivery) Of(string name, string header, string value)
        {
            var source = world.Source(name);
            return (source, MicroWorld.Delivery(source, header, value));
        }
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Hmac() => Verify("hmac");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool HmacByHand()
    {
        Span<byte> given = stackalloc byte[32];
        Span<byte> computed = stackalloc byte[32];
        Convert.FromHexString(hmac, given, out _, out _);
        HMACSHA256.HashData(key, MicroWorld.Bytes, computed);
        return CryptographicOperations.FixedTimeEquals(given, computed);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Token() => Verify("token");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool TokenByHand() => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(MicroWorld.Secret), key);

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Basic() => Verify("basic");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool BasicByHand()
    {
        var given = Convert.FromBase64String(basic["Basic ".Length..]);
        var colon = given.AsSpan().IndexOf((byte)':');
        return CryptographicOperations.FixedTimeEquals(given.AsSpan(colon + 1), key);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Ecdsa() => Verify("ecdsa");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool EcdsaByHand() => world.Ecdsa.VerifyData(MicroWorld.Bytes, Convert.FromBase64String(ecdsa), HashAlgorithmName.SHA256);

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool RsaPkcs1() => Verify("rsa");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool RsaPkcs1ByHand() =>
        world.Rsa.VerifyData(MicroWorld.Bytes, Convert.FromBase64String(rsa), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Ed25519() => Verify("ed25519");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool Ed25519ByHand() =>
        SignatureAlgorithm.Ed25519.Verify(world.Ed25519.PublicKey, MicroWorld.Bytes, Convert.FromBase64String(ed25519));

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Digest() => Verify("digest");

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool DigestByHand()
    {
        Span<byte> given = stackalloc byte[32];
        Span<byte> computed = stackalloc byte[32];
        Convert.FromHexString(digest, given, out _, out _);
        SHA256.HashData([.. key, .. MicroWorld.Bytes], computed);
        return CryptographicOperations.FixedTimeEquals(given, computed);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Jwt() => Verify("jwt");

    /// <summary>By hand: the signature and the time until which the token is good.</summary>
    [Benchmark]
    public bool JwtByHand()
    {
        var end = jwt.LastIndexOf('.');
        var start = jwt.IndexOf('.', StringComparison.Ordinal) + 1;
        var signature = Base64Url.DecodeFromChars(jwt.AsSpan(end + 1));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(jwt.AsSpan(start, end - start)));
        return world.Rsa.VerifyData(Encoding.ASCII.GetBytes(jwt, 0, end), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            && MicroWorld.Now.ToUnixTimeSeconds() < claims.RootElement.GetProperty("exp"u8).GetInt64();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        world.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string Token(RSA rsa)
    {
        var claims = $$"""{"sub":"user-1","exp":{{MicroWorld.Now.AddMinutes(5).ToUnixTimeSeconds()}}}""";
        var content = $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private bool Verify(string scheme)
    {
        var (source, delivery) = ours[scheme];
        var verification = source.Verifier.VerifyAsync(delivery, world.Secrets, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return verification.IsValid ? true : throw new InvalidOperationException("It is genuine.");
    }
}
