using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Truto.Webhooks;

namespace Truto.Tests.Webhooks;

public sealed class TrutoWebhookTests
{
    private const string Secret = "6e17561c-a20c-44ce-b8b5-caff0bf786fe";
    private const string Hex = "7ff1db47985b80d737715f447ea75c94cbecf838fcc0bf41ad2368393becee89";
    private const string Base64 = "f/HbR5hbgNc3cV9EfqdclMvs+Dj8wL9BrSNoOTvs7ok=";

    private static readonly byte[] Body = """{"id":"x","event":"test","payload":{"foo":"bar"}}"""u8.ToArray();

    [Theory]
    [InlineData($"format=sha256,v={Hex}")]
    [InlineData($"format=sha256,v={Base64}")]
    [InlineData($"v={Base64},format=sha256")]
    [InlineData($"v={Hex}")]
    [InlineData($" format=sha256 , v={Hex} ")]
    [InlineData("format=sha256,v=7FF1DB47985B80D737715F447EA75C94CBECF838FCC0BF41AD2368393BECEE89")]
    [InlineData("format=sha256,v=f/HbR5hbgNc3cV9EfqdclMvs+Dj8wL9BrSNoOTvs7ok")]
    [InlineData("format=sha256,v=f_HbR5hbgNc3cV9EfqdclMvs-Dj8wL9BrSNoOTvs7ok=")]
    [InlineData("format=sha256,v=f_HbR5hbgNc3cV9EfqdclMvs-Dj8wL9BrSNoOTvs7ok")]
    public void A_genuine_signature_is_valid_in_hexadecimal_and_in_base64(string header) =>
        Assert.Equal(WebhookVerdict.Valid, TrutoWebhook.Verify(Body, header, [Secret]));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void No_header_is_a_missing_signature(string? header) =>
        Assert.Equal(WebhookVerdict.MissingSignature, TrutoWebhook.Verify(Body, header, [Secret]));

    [Theory]
    [InlineData("format=sha256")]
    [InlineData("format=sha256,v=")]
    [InlineData("format=sha256,v")]
    [InlineData("nonsense")]
    [InlineData("format=sha256,v=abcd")]
    [InlineData("format=sha256,v=zzf1db47985b80d737715f447ea75c94cbecf838fcc0bf41ad2368393becee89")]
    [InlineData("format=sha256,v=!!HbR5hbgNc3cV9EfqdclMvs+Dj8wL9BrSNoOTvs7ok=")]
    [InlineData("format=sha256,v=f/HbR5hbgNc3cV9EfqdclMvs+Dj8wL9BrSNoOTvs7okA")]
    [InlineData("format=sha256,v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData($"format=sha256,v={Hex},v={Hex}")]
    [InlineData(Hex)]
    public void Anything_else_is_a_malformed_signature(string header) =>
        Assert.Equal(WebhookVerdict.MalformedSignature, TrutoWebhook.Verify(Body, header, [Secret]));

    [Fact]
    public void A_header_without_bound_is_malformed() =>
        Assert.Equal(WebhookVerdict.MalformedSignature, TrutoWebhook.Verify(Body, $"v={Hex}" + new string(',', 600), [Secret]));

    [Theory]
    [InlineData($"format=sha1,v={Hex}")]
    [InlineData($"format=SHA256,v={Hex}")]
    [InlineData($"format,v={Hex}")]
    [InlineData($"format=none,v=")]
    public void Another_format_is_unsupported(string header) =>
        Assert.Equal(WebhookVerdict.UnsupportedFormat, TrutoWebhook.Verify(Body, header, [Secret]));

    [Fact]
    public void Without_a_secret_nothing_is_valid()
    {
        Assert.Equal(WebhookVerdict.NoSecret, TrutoWebhook.Verify(Body, $"v={Hex}", []));
        var keyless = HMACSHA256.HashData(Array.Empty<byte>(), Body);
        Assert.Equal(WebhookVerdict.NoSecret, TrutoWebhook.Verify(Body, Header(keyless, hex: true), [""]));
    }

    [Fact]
    public void Any_of_several_secrets_will_do()
    {
        Assert.Equal(WebhookVerdict.Valid, TrutoWebhook.Verify(Body, $"v={Hex}", ["old", "", Secret]));
        Assert.Equal(WebhookVerdict.Valid, TrutoWebhook.Verify(Body, $"v={Hex}", [Secret, "new"]));
        Assert.Equal(WebhookVerdict.Mismatch, TrutoWebhook.Verify(Body, $"v={Hex}", ["old", "new"]));
    }

    [Fact]
    public void Another_body_is_a_mismatch() =>
        Assert.Equal(WebhookVerdict.Mismatch, TrutoWebhook.Verify([.. Body, (byte)' '], $"v={Hex}", [Secret]));

    [Fact]
    public void Every_signature_is_valid_for_its_own_body_and_secret_and_for_no_other() => Gen
        .Select(Gen.Byte.Array[0, 200], Gen.String[1, 40], Gen.Int[0, 255], Gen.Bool)
        .Sample(
            (body, secret, bit, hex) =>
            {
                var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);
                Assert.Equal(WebhookVerdict.Valid, TrutoWebhook.Verify(body, Header(mac, hex), [secret]));

                mac[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Equal(WebhookVerdict.Mismatch, TrutoWebhook.Verify(body, Header(mac, hex), [secret]));
            },
            iter: 1000);

    private static string Header(byte[] mac, bool hex) =>
        "format=sha256,v=" + (hex ? Convert.ToHexString(mac) : Convert.ToBase64String(mac));
}
