using System.Text;
using System.Text.Json;
using CsCheck;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class BodyPathTests
{
    private static readonly Gen<string> Paths = Gen.OneOf("a", "b", "c", "data", "let")
        .Select(Gen.Bool, (name, everyItem) => everyItem ? $"{name}[]" : name).Array[1, 3].Select(steps => string.Join('.', steps));

    [Theory]
    [InlineData("a", """{ "a": "x" }""", "\"x\"")]
    [InlineData("a.b", """{ "a": { "b": "x" } }""", "\"x\"")]
    [InlineData("a.b", """{ "a": 5 }""", "nothing")]
    [InlineData("a", "[]", "nothing")]
    [InlineData("a", "null", "nothing")]
    [InlineData("v[].s", """{ "v": [{ "s": "x" }, { "s": "y" }] }""", "\"x\" \"y\"")]
    [InlineData("v[].s", """{ "v": [{ "s": "x" }, {}, 5] }""", "\"x\" nothing nothing")]
    [InlineData("v[].s", """{ "v": [] }""", "")]
    [InlineData("v[].s", """{ "v": { "s": "x" } }""", "")]
    [InlineData("v[].s", "{}", "")]
    [InlineData("v[]", """{ "v": ["x", "y"] }""", "\"x\" \"y\"")]
    [InlineData("v[].w[].s", """{ "v": [{ "w": [{ "s": 1 }, { "s": 2 }] }, { "w": [{ "s": 3 }] }] }""", "1 2 3")]
    [InlineData("a b.c-d", """{ "a b": { "c-d": "x" } }""", "\"x\"")]
    [InlineData("a", """{ "a": 1, "a": 2 }""", "2")]
    public void The_values_at_a_place_are_found_and_gaps_are_seen(string path, string body, string expected) => Assert.Equal(
        expected,
        string.Join(' ', Path(path).ValuesIn(Json.Parse(body)).Select(value => value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText())));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("[]")]
    [InlineData("a[].")]
    [InlineData("a[0]")]
    [InlineData("a[")]
    [InlineData("a[][]")]
    [InlineData("[a]")]
    public void What_is_no_place_is_not_parsed(string path) => Assert.False(BodyPath.TryParse(path, out _));

    [Theory]
    [InlineData("secretkey", """{ "secretkey": "x", "a": 1 }""", """{"a":1}""")]
    [InlineData("a.s", """{ "a": { "s": "x", "b": 1 }, "s": 2 }""", """{"a":{"b":1},"s":2}""")]
    [InlineData("v[].s", """{ "v": [{ "s": "x", "b": 1 }, 5, { "c": 2 }], "s": 3 }""", """{"v":[{"b":1},5,{"c":2}],"s":3}""")]
    [InlineData("v[]", """{ "v": ["x"], "a": 1 }""", """{"a":1}""")]
    [InlineData("s", """{ "s": "x", "s": "y", "a": 1 }""", """{"a":1}""")]
    [InlineData("v[].s", """{ "v": [{ "s": "x" }], "v": [{ "s": "y", "a": 1 }] }""", """{"v":[{}],"v":[{"a":1}]}""")]
    [InlineData("s", "[{\"s\":1}]", """[{"s":1}]""")]
    [InlineData("s", "5", "5")]
    public void A_credential_is_left_behind_and_nothing_else(string path, string body, string expected) => Assert.Equal(
        expected,
        Encoding.UTF8.GetString(BodyPath.CopyWithout(Json.Parse(body), [Path(path)]).Span));

    [Fact]
    public void Several_credentials_are_left_behind() => Assert.Equal(
        """{"v":[{"a":1}],"w":{}}""",
        Encoding.UTF8.GetString(BodyPath.CopyWithout(
            Json.Parse("""{ "v": [{ "s": "x", "a": 1, "t": "y" }], "w": { "u": 1 }, "x": 2 }"""), [Path("v[].s"), Path("v[].t"), Path("w.u"), Path("x")]).Span));

    [Fact]
    public void Nothing_is_found_where_a_credential_was() => Gen.Select(Paths, Paths, Json.Value).Sample((first, second, json) =>
    {
        var copy = Json.Parse(Encoding.UTF8.GetString(BodyPath.CopyWithout(Json.Parse(json), [Path(first), Path(second)]).Span));

        Assert.DoesNotContain(Path(first).ValuesIn(copy), value => value.ValueKind != JsonValueKind.Undefined);
        Assert.DoesNotContain(Path(second).ValuesIn(copy), value => value.ValueKind != JsonValueKind.Undefined);
    }, iter: 1000);

    [Fact]
    public void A_place_that_a_body_does_not_have_leaves_it_as_it_is() => Json.Value.Sample(json => Assert.True(Json.AreSame(
        Json.Parse(json),
        Json.Parse(Encoding.UTF8.GetString(BodyPath.CopyWithout(Json.Parse(json), [Path("nobody.has[].this")]).Span)))));

    [Fact]
    public void What_is_placed_is_found_and_taken_out_again() => Gen.Select(Gen.OneOf("s", "a.s", "x.y.s", "v[].s", "v[].a.s"), Gen.String[Gen.Char[' ', '\ud7ff'], 1, 10])
        .Sample((path, text) =>
        {
            var body = Encoding.UTF8.GetBytes("""{ "a": { "b": 1 }, "v": [{ "c": 1 }, { "c": 2, "a": 5 }] }""");

            var placed = Json.Parse(Encoding.UTF8.GetString(Path(path).CopyWith(body, text).Span));
            var values = Path(path).ValuesIn(placed);

            Assert.Equal(path.StartsWith("v[]", StringComparison.Ordinal) ? 2 : 1, values.Count);
            Assert.All(values, value => Assert.Equal(text, value.GetString()));
            Assert.DoesNotContain(
                Path(path).ValuesIn(Json.Parse(Encoding.UTF8.GetString(BodyPath.CopyWithout(placed, [Path(path)]).Span))),
                value => value.ValueKind != JsonValueKind.Undefined);
        });

    [Theory]
    [InlineData("[]")]
    [InlineData("text")]
    [InlineData("")]
    public void Nothing_is_placed_into_what_is_no_object(string body) =>
        Assert.Equal(body, Encoding.UTF8.GetString(Path("s").CopyWith(Encoding.UTF8.GetBytes(body), "x").Span));

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{ "v": 5 }""", """{"v":5}""")]
    [InlineData("""{ "v": { "s": 1 } }""", """{"v":{"s":1}}""")]
    public void Nothing_is_placed_into_items_where_there_is_no_array(string body, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Path("v[].s").CopyWith(Encoding.UTF8.GetBytes(body), "x").Span));

    [Fact]
    public void A_place_is_written_as_the_operator_wrote_it() => Assert.Equal("value[].clientState", Path("value[].clientState").ToString());

    private static BodyPath Path(string text)
    {
        Assert.True(BodyPath.TryParse(text, out var path));
        return path;
    }
}
