using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class JsonLinesBodyTests
{
    private static readonly JsonLinesBody Format = new(64);

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", """[{"a":1},{"a":2}]""")]
    [InlineData("{\"a\":1}\r\n\r\n{\"a\":2}", """[{"a":1},{"a":2}]""")]
    [InlineData("{\"a\":1}{\"a\":2}", """[{"a":1},{"a":2}]""")]
    [InlineData("1 \"x\" null [2]", """[1,"x",null,[2]]""")]
    [InlineData("{\"a\":1}", """{"a":1}""")]
    [InlineData("[{\"a\":1},{\"a\":2}]", """[{"a":1},{"a":2}]""")]
    [InlineData("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}", """[{"a":1},{"a":2}]""")]
    public void Several_values_are_an_array_and_one_is_itself(string body, string expected) => Assert.Equal(expected, Format.Json(body));

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        Assert.Equal("[1,2]", Format.Json(Deliveries.Of([0xEF, 0xBB, 0xBF, (byte)'1', (byte)'\n', (byte)'2'])));

    [Fact]
    public void Half_characters_are_replaced_in_every_line() => Assert.Equal("[\"\ufffd\",\"\ufffd\"]", Format.Json("\"\\ud800\"\n\"\\udc00\""));

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData("\n \n", "the body is empty")]
    [InlineData("{\"a\":1}\n{\"a\":", "the body is neither JSON nor JSON lines")]
    [InlineData("{\"a\":1},{\"a\":2}", "the body is neither JSON nor JSON lines")]
    [InlineData("hello", "the body is neither JSON nor JSON lines")]
    public void What_is_neither_is_said(string body, string problem) => Assert.Equal(problem, Format.Problem(body));

    [Fact]
    public void What_is_not_UTF_8_is_said() =>
        Assert.Equal("the body is not UTF-8 text", Format.Problem(Deliveries.Of([(byte)'1', (byte)'\n', (byte)'"', 0xFF, (byte)'"'])));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_line_is_as_deep_as_the_bound_and_no_deeper(int depth, bool isTaken)
    {
        var line = JsonBodyTests.Nested(depth);
        using var single = Format.Read(Deliveries.Of(line));
        using var several = Format.Read(Deliveries.Of($"{line}\n{line}"));

        Assert.Equal(isTaken, single.Problem is null);
        Assert.Equal(isTaken, several.Problem is null);
    }
}
