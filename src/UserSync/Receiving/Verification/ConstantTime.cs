using System.Security.Cryptography;
using System.Text;

namespace UserSync.Receiving.Verification;

/// <summary>Compares secrets without telling through time where, or in what length, they differ.</summary>
internal static class ConstantTime
{
    /// <summary>Whether two texts are the same, compared by their digests.</summary>
    internal static bool Equal(ReadOnlySpan<char> given, ReadOnlySpan<char> expected)
    {
        Span<byte> left = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(given, left);
        Digest(expected, right);
        return CryptographicOperations.FixedTimeEquals(left, right);
    }

    private static void Digest(ReadOnlySpan<char> text, Span<byte> digest)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = size <= 1024 ? stackalloc byte[size] : new byte[size];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        SHA256.HashData(bytes[..length], digest);
        CryptographicOperations.ZeroMemory(bytes[..length]);
    }
}
