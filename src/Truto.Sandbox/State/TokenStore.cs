using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Truto.Sandbox.State;

/// <summary>
/// The valid bearer tokens. A token is looked up by its hash, whose bits tell a caller nothing about how near a guess was, and the
/// whole hash is then compared in constant time.
/// </summary>
internal sealed class TokenStore
{
    private const int MaxLength = 512;

    private readonly ConcurrentDictionary<UInt128, KnownToken> tokens = new();

    public static bool IsUsable(string? token) =>
        token is { Length: >= 1 and <= MaxLength } && token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    public KnownToken? Find(ReadOnlySpan<char> token)
    {
        if (token.IsEmpty || token.Length > MaxLength || !Ascii.IsValid(token))
            return null;
        Span<byte> text = stackalloc byte[MaxLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.ASCII.GetBytes(token, text)], hash);
        return tokens.TryGetValue(Key(hash), out var known) && CryptographicOperations.FixedTimeEquals(known.Hash, hash) ? known : null;
    }

    public bool TryAdd(string token, string? account)
    {
        if (!IsUsable(token))
            throw new ArgumentException("A token must be 1 to 512 visible ASCII characters.", nameof(token));
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(token));
        return tokens.TryAdd(Key(hash), new KnownToken(hash, account));
    }

    public bool Remove(string token) => Find(token) is { } known && tokens.TryRemove(Key(known.Hash), out _);

    public void Clear() => tokens.Clear();

    private static UInt128 Key(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
