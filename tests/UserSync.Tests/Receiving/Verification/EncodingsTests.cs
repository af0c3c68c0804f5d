using System.Text;
using CsCheck;
using UserSync.Receiving.Verification;

namespace UserSync.Tests.Receiving.Verification;

public sealed class EncodingsTests
{
    private static readonly Gen<BytesEncoding> AnyEncoding = Gen.Enum<BytesEncoding>();

    [Fact]
    public void What_is_encoded_is_decoded_the_same() => Gen.Select(Gen.Byte.Array[1, 100], AnyEncoding).Sample((bytes, encoding) =>
    {
        Assert.True(Encodings.TryDecode(Encodings.Encode(bytes, encoding), encoding, out var decoded));
        Assert.Equal(bytes, decoded);
    });

    [Fact]
    public void Base64_is_read_with_either_alphabet_and_with_or_without_padding() => Gen.Byte.Array[1, 100].Sample(bytes =>
    {
        var text = Convert.ToBase64String(bytes);
        foreach (var variant in new[] { text, text.TrimEnd('='), text.Replace('+', '-').Replace('/', '_'), text.Replace('+', '-').Replace('/', '_').TrimEnd('=') })
        {
            Assert.True(Encodings.TryDecode(variant, BytesEncoding.Base64, out var base64));
            Assert.True(Encodings.TryDecode(variant, BytesEncoding.Base64Url, out var url));
            Assert.Equal(bytes, base64);
            Assert.Equal(bytes, url);
        }
    });

    [Fact]
    public void A_digest_is_read_as_hex_and_as_base64_alike() => Gen.Byte.Array[32].Sample(digest =>
    {
        foreach (var text in new[] { Convert.ToHexStringLower(digest), Convert.ToHexString(digest), Convert.ToBase64String(digest), Convert.ToBase64String(digest).TrimEnd('=') })
        {
            Assert.True(Encodings.TryDecode(text, BytesEncoding.HexOrBase64, out var decoded));
            Assert.Equal(digest, decoded);
        }
    });

    [Theory]
    [InlineData("", "hex")]
    [InlineData("a", "hex")]
    [InlineData("abc", "hex")]
    [InlineData("zz", "hex")]
    [InlineData(" ab", "hex")]
    [InlineData("", "base64")]
    [InlineData("a", "base64")]
    [InlineData("YQ===", "base64")]
    [InlineData("Y!==", "base64")]
    [InlineData("YÄ==", "base64")]
    [InlineData("=YQ=", "base64url")]
    [InlineData("!", "hex-or-base64")]
    public void What_is_not_so_encoded_is_not_decoded(string text, string encoding) => Assert.False(Encodings.TryDecode(text, Encodings.Names[encoding], out _));

    [Fact]
    public void No_text_is_a_reason_to_fail() => Gen.Select(
            Gen.OneOf(Gen.String[0, 40], Gen.String[Gen.Char["ABCabc019+/-_= \n"], 0, 40], Gen.String[Gen.Char["AB+/-_="], 1000, 1100]), AnyEncoding)
        .Sample((text, encoding) =>
        {
            if (Encodings.TryDecode(text, encoding, out var bytes))
            {
                Assert.True(Encodings.TryDecode(Encodings.Encode(bytes, encoding), encoding, out var again) || bytes.Length == 0);
                Assert.True(bytes.Length == 0 || bytes.SequenceEqual(again!));
            }
        }, iter: 2000);

    /// <summary>Both are given what a sender has written, which is only as short as a header or a body has to be.</summary>
    [Fact]
    public void Texts_of_many_megabytes_are_no_reason_to_fail()
    {
        var text = new string('A', 8 * 1024 * 1024);

        Assert.True(Encodings.TryDecode(text, BytesEncoding.Base64, out var bytes));
        Assert.Equal(6 * 1024 * 1024, bytes.Length);
        Assert.False(ConstantTime.Equal(text, "secret"));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("secret", "secret", true)]
    [InlineData("secret", "Secret", false)]
    [InlineData("secret", "secret ", false)]
    [InlineData("secret", "", false)]
    [InlineData("é", "e\u0301", false)]
    public void Texts_are_compared_exactly(string given, string expected, bool areEqual) => Assert.Equal(areEqual, ConstantTime.Equal(given, expected));

    [Fact]
    public void Texts_of_any_length_are_compared_exactly() => Gen.Select(Gen.String[0, 2000], Gen.String[0, 3]).Sample((text, more) =>
    {
        Assert.True(ConstantTime.Equal(text, new StringBuilder(text).ToString()));
        Assert.Equal(more.Length == 0, ConstantTime.Equal(text, text + more));
    });
}
