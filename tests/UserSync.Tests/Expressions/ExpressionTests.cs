using System.Text.Json;
using UserSync.Expressions;
using UserSync.Tests.Support;

namespace UserSync.Tests.Expressions;

public sealed class ExpressionTests
{
    private static readonly Dictionary<string, string> Headers = new(StringComparer.OrdinalIgnoreCase) { ["X-Event-Id"] = "42", ["X-Empty"] = "" };

    [Theory]
    [InlineData("", "an expression cannot be empty")]
    [InlineData("  ", "an expression cannot be empty")]
    [InlineData("header:", "a header is written header:NAME, for example header:X-Event-Id")]
    [InlineData("header:X Id", "a header is written header:NAME, for example header:X-Event-Id")]
    [InlineData("header:X-Id || id", "a header is written header:NAME, for example header:X-Event-Id")]
    [InlineData("header:X-Ïd", "a header is written header:NAME, for example header:X-Event-Id")]
    [InlineData("data.", "it is not a JMESPath expression: Error(1, 4): syntax, near ''")]
    [InlineData("concat(a)", "it is not a JMESPath expression: Error: unknown-function, no function named concat has been registered")]
    [InlineData("[::0]", "it is not a JMESPath expression: Error: invalid-value, a slice projection step cannot be 0")]
    public void What_cannot_be_compiled_is_said(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ExpressionException>(() => Expression.Compile(text)).Message);

    [Theory]
    [InlineData("header:X-Event-Id", "42")]
    [InlineData("header:x-event-id", "42")]
    [InlineData("header: X-Event-Id ", "42")]
    [InlineData("header:X-Empty", "")]
    [InlineData("header:X-Other", null)]
    public void A_header_is_read_in_any_case(string text, string? expected)
    {
        var value = Expression.Compile(text).Evaluate(new ExpressionInput(Json.Parse("""{ "X-Event-Id": "in the body" }"""), Headers));

        Assert.Equal(expected, value.AsText());
    }

    [Fact]
    public void Without_headers_a_header_is_nothing() =>
        Assert.Equal(JsonValueKind.Undefined, Expression.Compile("header:X-Event-Id").Evaluate(new ExpressionInput(Json.Parse("{}"), null)).ValueKind);

    [Theory]
    [InlineData("header: X-Event-Id", "X-Event-Id")]
    [InlineData("data.id", null)]
    [InlineData("join('', [id])", null)]
    public void An_expression_names_the_header_that_it_reads(string text, string? header) => Assert.Equal(header, Expression.Compile(text).Header);

    [Theory]
    [InlineData("data.id")]
    [InlineData("header:X-Id")]
    [InlineData("a || b")]
    public void An_expression_is_written_as_the_operator_wrote_it(string text) => Assert.Equal(text, Expression.Compile(text).ToString());

    [Fact]
    public void The_text_of_an_input_holds_nothing_of_the_event() =>
        Assert.Equal("an object", new ExpressionInput(Json.Parse("""{ "email": "ada@example.com" }"""), Headers).ToString());

    [Theory]
    [InlineData("\"text\"", "text")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("1.10", "1.10")]
    [InlineData("1e3", "1e3")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    public void A_scalar_has_a_text(string json, string? expected) => Assert.Equal(expected, Json.Parse(json).AsText());

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("0", true)]
    [InlineData("\"\"", false)]
    [InlineData("\"false\"", true)]
    [InlineData("[]", false)]
    [InlineData("[null]", true)]
    [InlineData("{}", false)]
    [InlineData("{\"a\":null}", true)]
    public void Truth_is_what_JMESPath_says(string json, bool expected)
    {
        Assert.Equal(expected, Json.Parse(json).IsTruthy());
        Assert.Equal(!expected, new JmesPathExpression("!@").Evaluate(new ExpressionInput(Json.Parse(json), null)).GetBoolean());
    }

    [Theory]
    [InlineData("\"ada\"", "a text")]
    [InlineData("1", "a number")]
    [InlineData("true", "a boolean")]
    [InlineData("[]", "an array")]
    [InlineData("{}", "an object")]
    [InlineData("null", "null")]
    public void A_value_is_described_without_its_content(string json, string expected) => Assert.Equal(expected, Json.Parse(json).Describe());

    [Theory]
    [InlineData("\"a\\u0000\\ud83d\\ude00\"")]
    [InlineData("1.10")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1,{\"a\":[]}]")]
    public void A_node_of_a_value_writes_the_same_value(string json) =>
        Assert.True(Json.AreSame(Json.Parse(json), Json.Parse(JsonText.ToNode(Json.Parse(json))?.ToJsonString() ?? "null")));
}
