using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class JsonBodyTests
{
    private static readonly JsonBody Format = new(64);

    [Theory]
    [InlineData("""{ "a": [1, "x", null] }""", """{"a":[1,"x",null]}""")]
    [InlineData("[]", "[]")]
    [InlineData(" \r\n\t5 ", "5")]
    [InlineData("\"Ping test\"", "\"Ping test\"")]
    [InlineData("null", "null")]
    public void Any_JSON_value_is_a_body(string body, string expected) => Assert.Equal(expected, Format.Json(body));

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    public void An_empty_body_is_said_to_be_empty(string body) => Assert.Equal("the body is empty", Format.Problem(body));

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.Equal("{}", Format.Json(Deliveries.Of([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'])));
        Assert.Equal("the body is empty", Format.Problem(Deliveries.Of([0xEF, 0xBB, 0xBF])));
    }

    [Theory]
    [InlineData("{ \"a\": 1,\n  b }", "the body is not JSON (line 2, byte 3)")]
    [InlineData("hello", "the body is not JSON (line 1, byte 1)")]
    [InlineData("{}{}", "the body is not JSON (line 1, byte 3)")]
    [InlineData("{ \"a\": 1, }", "the body is not JSON (line 1, byte 11)")]
    [InlineData("// a\n{}", "the body is not JSON (line 1, byte 1)")]
    [InlineData("[1", "the body is not JSON (line 1, byte 3)")]
    [InlineData("\"\\x\"", "the body is not JSON (line 1, byte 3)")]
    [InlineData("NaN", "the body is not JSON (line 1, byte 1)")]
    public void What_is_not_JSON_is_said_with_its_place_and_without_its_content(string body, string problem) => Assert.Equal(problem, Format.Problem(body));

    [Theory]
    [InlineData(new byte[] { (byte)'"', 0xFF, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { (byte)'{', 0, (byte)'}', 0, 0xFE })]
    public void What_is_not_UTF_8_is_said(byte[] body) => Assert.Equal("the body is not UTF-8 text", Format.Problem(Deliveries.Of(body)));

    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(4, 5, false)]
    [InlineData(64, 64, true)]
    [InlineData(64, 65, false)]
    [InlineData(256, 256, true)]
    [InlineData(256, 257, false)]
    public void A_body_is_as_deep_as_the_bound_and_no_deeper(int bound, int depth, bool isTaken)
    {
        using var content = new JsonBody(bound).Read(Deliveries.Of(Nested(depth)));

        Assert.Equal(isTaken, content.Problem is null);
    }

    [Fact]
    public void Integers_keep_all_their_digits() =>
        Assert.Equal("""{"id":706405506930370084123}""", Format.Json("""{ "id": 706405506930370084123 }"""));

    internal static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
