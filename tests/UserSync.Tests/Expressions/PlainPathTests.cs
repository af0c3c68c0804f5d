using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DevLab.JmesPath;
using UserSync.Expressions;
using UserSync.Tests.Support;

namespace UserSync.Tests.Expressions;

public sealed class PlainPathTests
{
    private static readonly Gen<string> Steps = Gen.OneOf(
        Gen.OneOf("a", "b", "data", "let").Select(name => $".{name}"),
        Json.Name.Select(name => $".\"{name}\""),
        Gen.Int[-3, 3].Select(index => $"[{index}]")).Array[0, 5].Select(string.Concat);

    internal static readonly Gen<string> Path = Gen.OneOf(
        Steps.Select(steps => steps.TrimStart('.')).Where(steps => steps.Length > 0),
        Steps.Select(steps => $"@{steps}"));

    [Fact]
    public void A_plain_path_gives_what_JmesPath_gives() => Gen.Select(Path, Json.Value).Sample((path, json) =>
    {
        Assert.True(PlainPath.TryParse(path, out var plain), path);
        var expected = Json.Parse(new JmesPath().Transform(json, path) ?? "null");

        Assert.True(Json.AreSame(expected, plain.Evaluate(new ExpressionInput(Json.Parse(json), null))));
    }, iter: 2000);

    [Fact]
    public void A_plain_path_gives_what_this_products_JMESPath_gives() => Gen.Select(Path, Json.Value).Sample((path, json) =>
    {
        var input = new ExpressionInput(Json.Parse(json), null);

        Assert.True(PlainPath.TryParse(path, out var plain), path);
        Assert.True(Json.AreSame(new JmesPathExpression(path).Evaluate(input), plain.Evaluate(input)));
    }, iter: 2000);

    [Theory]
    [InlineData("a || b")]
    [InlineData("a[*]")]
    [InlineData("a[]")]
    [InlineData("a[0:1]")]
    [InlineData("a.[b]")]
    [InlineData("a.{b: c}")]
    [InlineData("a . b")]
    [InlineData("a.b.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("@a")]
    [InlineData("[ 0 ]")]
    [InlineData("[99999999999]")]
    [InlineData("[0]a")]
    [InlineData("\"\"")]
    [InlineData("\"a\\u0062\"")]
    [InlineData("\"a")]
    [InlineData("'a'")]
    [InlineData("`1`")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("length(a)")]
    [InlineData("$")]
    [InlineData("[")]
    [InlineData("a[-]")]
    public void Whatever_is_more_than_a_path_is_left_to_the_full_language(string text) => Assert.False(PlainPath.TryParse(text, out _));

    [Theory]
    [InlineData("@", "{\"a\":1}")]
    [InlineData(" a ", "1")]
    [InlineData("@.a", "1")]
    [InlineData("\"a\"", "1")]
    public void A_path_may_start_in_several_ways(string text, string expected)
    {
        Assert.True(PlainPath.TryParse(text, out var path));

        Assert.Equal(expected, path.Evaluate(new ExpressionInput(Json.Parse("{\"a\":1}"), null)).GetRawText());
    }

    [Fact]
    public void The_last_of_two_members_with_one_name_counts_in_both_languages()
    {
        var input = new ExpressionInput(Json.Parse("""{ "a": 1, "a": 2 }"""), null);

        Assert.Equal("2", Expression.Compile("a").Evaluate(input).GetRawText());
        Assert.Equal("[2]", Expression.Compile("[a]").Evaluate(input).GetRawText());
    }

    [Fact]
    public void A_placed_value_is_found_again() => Gen.OneOf("a", "a.b", "a.b.c", "\"e-mail\".x", "@.a").Sample(text =>
    {
        var expression = Expression.Compile(text);
        var data = new JsonObject { ["a"] = 1, ["other"] = true };

        Assert.True(expression.TryPlace(data, "value"));
        Assert.Equal("value", expression.Evaluate(new ExpressionInput(Json.Parse(data.ToJsonString()), null)).GetString());
        Assert.True((bool)data["other"]!);
    });

    [Theory]
    [InlineData("@")]
    [InlineData("[0]")]
    [InlineData("a[0].b")]
    [InlineData("header:X-Id")]
    [InlineData("'text'")]
    public void Nothing_is_placed_where_a_path_names_no_member(string text)
    {
        var data = new JsonObject();

        Assert.False(Expression.Compile(text).TryPlace(data, "value"));
        Assert.Empty(data);
    }

    [Fact]
    public void What_is_not_there_is_nothing() =>
        Assert.Equal(JsonValueKind.Undefined, Expression.Compile("a.b[3].c").Evaluate(new ExpressionInput(Json.Parse("{\"a\":{\"b\":[1]}}"), null)).ValueKind);
}
