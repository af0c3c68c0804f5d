using CsCheck;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Receiving.Events;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Events;

public sealed class CompositeTextTests
{
    private static readonly CompositeText Three = Of("""["a", "b", "c"]""");

    [Theory]
    [InlineData("""{ "a": "x", "b": "y", "c": "z" }""", "x|y|z")]
    [InlineData("""{ "a": "x|y", "b": "z", "c": "\\" }""", @"x\|y|z|\\")]
    [InlineData("""{ "a": 9007199254740993, "b": true, "c": 1.10 }""", "9007199254740993|true|1.10")]
    [InlineData("""{ "a": "x" }""", "x||")]
    [InlineData("""{ "c": "x" }""", "||x")]
    [InlineData("{}", null)]
    [InlineData("""{ "a": "", "b": null, "c": {} }""", null)]
    public void Parts_are_joined(string json, string? expected) => Assert.Equal(expected, Three.Of(Input(json)));

    [Theory]
    [InlineData("""{ "a": "x", "b": "y", "c": "z" }""", "x|y|z")]
    [InlineData("""{ "a": "x", "b": "y" }""", null)]
    [InlineData("""{ "a": "x", "b": "", "c": "z" }""", null)]
    [InlineData("""{ "a": "x", "b": [], "c": "z" }""", null)]
    public void A_whole_needs_every_part(string json, string? expected) => Assert.Equal(expected, Three.Of(Input(json), isWhole: true));

    [Theory]
    [InlineData("""{ "a": "x|\\y" }""", @"x|\y")]
    [InlineData("""{ "a": "" }""", null)]
    [InlineData("{}", null)]
    public void A_single_part_is_not_escaped(string json, string? expected) => Assert.Equal(expected, Of("\"a\"").Of(Input(json)));

    [Fact]
    public void No_two_lists_of_parts_make_the_same_text()
    {
        var part = Gen.String[Gen.Char["a|\\"], 0, 4];

        Gen.Select(part, part, part, Gen.Select(part, part, part)).Sample((a, b, c, other) =>
        {
            var first = Three.Of(Input(Members(a, b, c)));
            var second = Three.Of(Input(Members(other.Item1, other.Item2, other.Item3)));

            Assert.Equal((a, b, c) == other, first == second);
        }, iter: 5000);

        static string Members(string a, string b, string c) => System.Text.Json.JsonSerializer.Serialize(new { a, b, c });
    }

    [Fact]
    public void Parts_can_be_headers()
    {
        var text = Of("""["header:X-Event", "action"]""", '.');

        Assert.Equal(["X-Event"], text.Headers);
        Assert.Equal("member.added", text.Of(new ExpressionInput(Json.Parse("""{ "action": "added" }"""), new Dictionary<string, string> { ["X-Event"] = "member" })));
    }

    [Fact]
    public void A_part_that_cannot_be_evaluated_is_said() => Assert.Throws<ExpressionException>(() => Of("""["length(a)", "b"]""").Of(Input("""{ "a": 5 }""")));

    private static CompositeText Of(string json, char separator = '|')
    {
        var findings = new Findings();
        var text = CompositeText.Read(Setting.Root("test.json", Json.Parse(json), findings), separator);
        Assert.Empty(findings);
        return text!;
    }

    private static ExpressionInput Input(string json) => new(Json.Parse(json), null);
}
