using System.Security.Cryptography;

namespace Truto.Http;

/// <summary>
/// Makes idempotency keys: random UUIDs. To ask the system for the randomness of each one is a tenth of a call, so each thread asks for
/// that of many at once.
/// </summary>
internal static class IdempotencyKeys
{
    private const int Length = 16;
    private const int Stock = 64;

    [ThreadStatic]
    private static byte[]? Randomness;

    [ThreadStatic]
    private static int Left;

    /// <summary>A key that there has not been before.</summary>
    public static string Next()
    {
        Randomness ??= new byte[Stock * Length];
        if (Left == 0)
        {
            RandomNumberGenerator.Fill(Randomness);
            Left = Stock;
        }

        var uuid = Randomness.AsSpan(--Left * Length, Length);

        // Version 4, and the variant of RFC 9562.
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x40);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return new Guid(uuid, bigEndian: true).ToString();
    }
}
