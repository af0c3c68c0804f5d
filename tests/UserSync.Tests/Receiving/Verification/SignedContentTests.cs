using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class SignedContentTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("{body}", "BODY")]
    [InlineData("{method}{url}{body}", "POSThttps://hooks.example.com/inBODY")]
    [InlineData("v0:{header:X-Time}:{body}", "v0:12:BODY")]
    [InlineData("{header:x-time}.{body}.{header:X-Time}", "12.BODY.12")]
    [InlineData("{sig:t}.{body}", "34.BODY")]
    [InlineData("{secret}{body}", "SECRETBODY")]
    [InlineData("{body}{body}", "BODYBODY")]
    [InlineData("a}b{body}}", "a}bBODY}")]
    [InlineData("POST{body}", "POSTBODY")]
    [InlineData("ü{body}", "üBODY")]
    public void A_template_is_filled(string template, string expected) =>
        Assert.Equal(expected, Content(template, Deliveries.Of("BODY", [("X-Time", "12")])));

    [Theory]
    [InlineData("{header:X-Other}{body}")]
    [InlineData("{header:X-Twice}{body}")]
    [InlineData("{sig:x}{body}")]
    public void Content_of_which_a_part_is_missing_or_ambiguous_is_none(string template) =>
        Assert.Null(Content(template, Deliveries.Of("BODY", [("X-Twice", "1"), ("X-Twice", "2")])));

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{host}")]
    [InlineData("{Body}")]
    [InlineData("{body:x}")]
    [InlineData("{header}")]
    [InlineData("{header:}")]
    [InlineData("{header:a b}")]
    [InlineData("{sig:}")]
    [InlineData("{body}{")]
    [InlineData("{{body}}")]
    [InlineData("")]
    public void What_is_no_template_is_not_parsed(string template)
    {
        Assert.False(SignedContent.TryParse(template, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("b=2&a=1", "a1b2")]
    [InlineData("a=1&B=2", "B2a1")]
    [InlineData("a=x+y%26", "ax y&")]
    [InlineData("a=2&a=1", "a1a2")]
    [InlineData("a=1&a=1", "a1")]
    [InlineData("a=", "a")]
    [InlineData("a=1&A=2", "A2a1")]
    [InlineData("", "")]
    public void Form_fields_are_sorted_by_name_and_followed_by_their_values(string body, string expected) =>
        Assert.Equal(Deliveries.Url + expected, Content("{url}{form_sorted}", Deliveries.Of(body, [("Content-Type", $"{Form}; charset=UTF-8")])));

    [Fact]
    public void A_form_with_too_many_fields_is_not_signed() =>
        Assert.Null(Content("{url}{form_sorted}", Deliveries.Of(string.Concat(Enumerable.Repeat("a=1&", 1025)), [("Content-Type", Form)])));

    [Fact]
    public void The_order_of_form_fields_does_not_matter() => Gen.Select(Gen.String[Gen.Char['A', 'z'], 1, 4], Gen.String[Gen.Char.AlphaNumeric, 0, 4]).Array[1, 8]
        .Select(fields => fields.DistinctBy(field => field.Item1).ToArray()).Sample(fields =>
        {
            var sorted = string.Concat(fields.OrderBy(field => field.Item1, StringComparer.Ordinal).Select(field => field.Item1 + field.Item2));
            var body = string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Item1)}={field.Item2}"));
            var backwards = string.Join('&', fields.Reverse().Select(field => $"{Uri.EscapeDataString(field.Item1)}={field.Item2}"));

            Assert.Equal(sorted, Content("{form_sorted}", Deliveries.Of(body, [("Content-Type", Form)])));
            Assert.Equal(sorted, Content("{form_sorted}", Deliveries.Of(backwards, [("Content-Type", Form)])));
        });

    [Fact]
    public void A_body_that_is_no_form_is_vouched_for_by_its_digest_in_the_query()
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData("""{"a":1}"""u8));

        Assert.Equal(Deliveries.Url, Content("{url}{form_sorted}", WithDigest("""{"a":1}""", digest)));
        Assert.Equal(Deliveries.Url, Content("{url}{form_sorted}", WithDigest("""{"a":1}""", digest.ToUpperInvariant())));
        Assert.Null(Content("{url}{form_sorted}", WithDigest("""{"a":2}""", digest)));
        Assert.Null(Content("{url}{form_sorted}", WithDigest("""{"a":1}""", digest[..^2])));
        Assert.Null(Content("{url}{form_sorted}", WithDigest("""{"a":1}""", "not hex")));
        Assert.Null(Content("{url}{form_sorted}", WithDigest("""{"a":1}""", digest, digest)));
        Assert.Null(Content("{url}{form_sorted}", WithDigest("""{"a":1}""")));
    }

    [Theory]
    [InlineData("{body}", false)]
    [InlineData("{url}{form_sorted}", false)]
    [InlineData("{form_sorted}", true)]
    [InlineData("{url}{method}", true)]
    [InlineData("{header:X-Time}", true)]
    public void A_template_that_leaves_the_body_out_is_known(string template, bool leavesOut)
    {
        Assert.True(SignedContent.TryParse(template, out var content, out _));
        Assert.Equal(leavesOut, content.LeavesBodyOut);
    }

    [Theory]
    [InlineData("{body}", true)]
    [InlineData("{body}{body}", false)]
    [InlineData("{body}.", false)]
    [InlineData("{url}", false)]
    public void A_template_that_is_the_body_and_nothing_else_is_known(string template, bool isBody)
    {
        Assert.True(SignedContent.TryParse(template, out var content, out _));
        Assert.Equal(isBody, content.IsBody);
    }

    [Fact]
    public void Content_of_any_length_is_put_together() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 3000], Gen.Int[1, 20]).Sample((body, times) => Assert.Equal(
            string.Concat(Enumerable.Repeat($"12.{body}", times)),
            Content(string.Concat(Enumerable.Repeat("{header:X-Time}.{body}", times)), Deliveries.Of(body, [("X-Time", "12")]))));

    [Fact]
    public void What_was_put_together_is_gone_when_it_is_compared()
    {
        byte[] kept;
        using (var buffer = new ContentBuffer(0))
        {
            buffer.Write(new byte[300]);
            buffer.Write("SECRET"u8);
            Assert.True(MemoryMarshal.TryGetArray<byte>(buffer.GetMemory(1), out var array));
            kept = array.Array!;
            Assert.Equal("SECRET"u8, kept.AsSpan(300, 6));
        }

        // Somebody else may have it by now.
        Assert.NotEqual("SECRET", Encoding.ASCII.GetString(kept, 300, 6));
    }

    private static Delivery WithDigest(string body, params string[] digests) =>
        Deliveries.Of(body, [("Content-Type", "application/json")], digests.Select(digest => ("bodySHA256", digest)));

    private static string? Content(string template, Delivery delivery)
    {
        Assert.True(SignedContent.TryParse(template, out var content, out var problem), problem);
        var header = SignatureHeader.Read(Setting.Root(
            "test.json", Json.Parse("""{ "header": "X-Signature", "key": "v1", "separator": "," }"""), new Findings()));
        using var buffer = new ContentBuffer(delivery.Body.Length);
        return content.TryWrite(delivery, header!.Read("t=34,v1=00"), "SECRET", buffer) ? Encoding.UTF8.GetString(buffer.Written) : null;
    }
}
