using System.Security.Cryptography;
using System.Text;

namespace Server.Tests.Support;

/// <summary>Signatures made here and not by the product, so that both are checked against each other.</summary>
internal static class Signing
{
    /// <summary>BambooHR signs the body and then the time, with nothing between them.</summary>
    public static string BambooHr(byte[] body, RecordedDelivery delivery, string? time = null) =>
        Hex(delivery.Secret!, [.. body, .. Encoding.UTF8.GetBytes(time ?? delivery.Headers["X-BambooHR-Timestamp"])]);

    /// <summary>HMAC-SHA256 in hex.</summary>
    public static string Hex(string secret, byte[] content) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), content));
}
