using System.Security.Cryptography;
using System.Text;
using UserSync.Configuration;
using UserSync.Receiving.Verification;

namespace UserSync.Receiving.Handshakes;

/// <summary>A value of a handshake's answer: one that came with it, or the keyed hash of one, which proves that we know the secret.</summary>
/// <param name="value">The value that came.</param>
/// <param name="isHashed">Whether to answer its HMAC-SHA256 in hex instead.</param>
internal sealed class ReplyValue(DeliveryValue value, bool isHashed)
{
    internal static ReplyValue? Read(Setting setting)
    {
        if (!setting.IsObject)
        {
            return DeliveryValue.Read(setting) is { } plain ? new ReplyValue(plain, isHashed: false) : null;
        }

        setting.ExpectObject("hmac");
        return DeliveryValue.Read(setting.Member("hmac")) is { } hashed ? new ReplyValue(hashed, isHashed: true) : null;
    }

    /// <summary>The value; <see langword="null"/> where the delivery has none, or there is no secret to hash it with.</summary>
    internal string? Of(Delivery delivery, string? secret)
    {
        var text = value.Of(delivery);
        if (text is null || !isHashed)
        {
            return text;
        }

        return secret is null ? null : Encodings.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)), BytesEncoding.Hex);
    }
}
