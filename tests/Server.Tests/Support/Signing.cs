using System.Security.Cryptography;
using System.Text;

namespace Server.Tests.Support;

/// <summary>Signatures made here and not by the product, so that both are checked against each other.</summary>
internal static class Signing
{
    /// <summary>BambooHR signs the body and then the time, with nothing between them.</summary>
    public static string BambooHr(byte[] body, RecordedDelivery delivery) => Hex(
        delivery.Secret!, [.. body, .. Encoding.UTF8.GetBytes(delivery.Headers["X-BambooHR-Timestamp"])]);

    private static string Hex(string secret, byte[] content) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), content));
}
