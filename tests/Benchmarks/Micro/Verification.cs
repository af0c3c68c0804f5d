using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
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
    private readonly (Source Source, Delivery Delivery)[] ours;

    /// <summary>Makes one genuine delivery for each scheme.</summary>
    public Verification()
    {
        hmac = Convert.ToHexStringLower(HMACSHA256.HashData(key, MicroWorld.Bytes));
        basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{MicroWorld.Secret}"))}";
        ecdsa = Convert.ToBase64String(world.Key.SignData(MicroWorld.Bytes, HashAlgorithmName.SHA256));
        ours = [Of("hmac", "X-Signature", hmac), Of("token", "X-Signature", MicroWorld.Secret), Of("basic", "Authorization", basic), Of("ecdsa", "X-Signature", ecdsa)];

        (Source Source, Delivery Delivery) Of(string name, string header, string value)
        {
            var source = world.Source(name);
            return (source, MicroWorld.Delivery(source, header, value));
        }
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Hmac() => Verify(0);

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
    public bool Token() => Verify(1);

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool TokenByHand() => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(MicroWorld.Secret), key);

    /// <summary>Ours.</summary>
    [Benchmark]
    public bool Basic() => Verify(2);

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
    public bool Ecdsa() => Verify(3);

    /// <summary>By hand.</summary>
    [Benchmark]
    public bool EcdsaByHand() => world.Key.VerifyData(MicroWorld.Bytes, Convert.FromBase64String(ecdsa), HashAlgorithmName.SHA256);

    /// <inheritdoc/>
    public void Dispose()
    {
        world.Dispose();
        GC.SuppressFinalize(this);
    }

    private bool Verify(int scheme)
    {
        var (source, delivery) = ours[scheme];
        var verification = source.Verifier.VerifyAsync(delivery, world.Secrets, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return verification.IsValid ? true : throw new InvalidOperationException("It is genuine.");
    }
}
