using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DevLab.JmesPath;
using UserSync.Expressions;
using UserSync.Tests.Support;

namespace UserSync.Tests.Expressions;

public sealed class JmesPathExpressionTests
{
    private static readonly Gen<string> Wholes = Gen.OneOf(
        "a || b", "a && b", "!a", "[a, b.c, data]", "{ x: a, y: b }", "*", "a[*].b", "a[].b", "data[?a]", "data[?a == b].c", "[0:2]", "a[::-1]",
        "to_array(a)", "not_null(a, b, data)", "type(@)", "keys(@)", "values(@)", "length(@)", "to_string(@)", "sort(keys(@))", "@ | a", "a | [0]",
        "let $a = a in [$a, b]", "let $a = a, $b = b in data[?a == $a || b == $b]", "[$.a, $.b]", "data[*].[a, $.a]", "items(@)", "from_items(items(@))",
        "map(&a, to_array(data))", "merge(@, `{\"q\":1}`)", "contains(keys(@), 'a')", "reverse(to_array(@))", "max(values(@))", "join(',', keys(@))", "a == `1`",
        "starts_with(a, '2026')", "split(a, '-')", "to_number(a)", "a[?@ > `0`]", "sum(a)", "group_by(a, &b)", "@");

    [Fact]
    public void An_expression_gives_what_JmesPath_gives() => Gen.Select(Wholes, Json.Value).Sample((text, json) =>
    {
        var input = new ExpressionInput(Json.Parse(json), null);
        JsonElement expected;
        try
        {
            expected = Json.Parse(new JmesPath().Transform(json, text) ?? "null");
        }
        catch (Exception)
        {
            Assert.Throws<ExpressionException>(() => new JmesPathExpression(text).Evaluate(input));
            return;
        }

        Assert.True(Json.AreSame(expected, new JmesPathExpression(text).Evaluate(input)));
    }, iter: 2000);

    [Fact]
    public void A_value_that_goes_through_JMESPath_comes_out_as_it_was() => Json.Value.Sample(json =>
    {
        var value = Json.Parse(json);

        Assert.True(Json.AreSame(value, new JmesPathExpression("@").Evaluate(new ExpressionInput(value, null))));
    }, iter: 500);

    [Theory]
    [InlineData("1.10")]
    [InlineData("100.00")]
    [InlineData("0")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775808")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    [InlineData("-123456789012345678901234567890")]
    [InlineData("\"2026-01-01T00:00:00Z\"")]
    [InlineData("\"2026-01-01T00:00:00+02:00\"")]
    [InlineData("\"/Date(1767225600000)/\"")]
    [InlineData("\"d3f1c2b4-9a1b-4c0e-8f7a-2b1c3d4e5f60\"")]
    [InlineData("\"PT1H\"")]
    public void Digits_and_texts_come_out_as_they_were_written(string json)
    {
        var result = new JmesPathExpression("[a]").Evaluate(new ExpressionInput(Json.Parse($$"""{ "a": {{json}} }"""), null))[0];

        Assert.Equal(Json.Parse(json).AsText(), result.AsText());
        Assert.Equal(Json.Parse(json).ValueKind, result.ValueKind);
    }

    [Theory]
    [InlineData("1e-30", 1e-30)]
    [InlineData("1e300", 1e300)]
    [InlineData("1E2", 100)]
    [InlineData("2.5e-7", 2.5e-7)]
    [InlineData("-0.0", 0)]
    public void A_number_with_an_exponent_keeps_its_value(string json, double expected) =>
        Assert.Equal(expected, new JmesPathExpression("[a] | [0]").Evaluate(new ExpressionInput(Json.Parse($$"""{ "a": {{json}} }"""), null)).GetDouble());

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void A_number_that_no_computer_holds_is_nothing(string json) =>
        Assert.Equal("[null]", new JmesPathExpression("[a]").Evaluate(new ExpressionInput(Json.Parse($$"""{ "a": {{json}} }"""), null)).GetRawText());

    [Fact]
    public void An_integer_of_absurd_length_takes_no_absurd_time()
    {
        var digits = new string('9', 500_000);

        var result = new JmesPathExpression("[a]").Evaluate(new ExpressionInput(Json.Parse($$"""{ "a": {{digits}}, "b": 1 }"""), null));

        Assert.Equal("[null]", result.GetRawText());
    }

    [Fact]
    public void Many_threads_each_get_the_answer_to_their_own_event()
    {
        var expression = Expression.Compile("let $id = id in { own: users[?id == $id].name | [0], root: $.id, all: users[*].[$id, $.id] }");

        Parallel.For(0, 2000, number =>
        {
            var data = Json.Parse($$"""{ "id": {{number}}, "users": [{ "id": -1, "name": "nobody" }, { "id": {{number}}, "name": "user {{number}}" }] }""");

            var result = expression.Evaluate(new ExpressionInput(data, null));

            Assert.Equal($$"""{"own":"user {{number}}","root":{{number}},"all":[[{{number}},{{number}}],[{{number}},{{number}}]]}""", result.GetRawText());
        });
    }

    [Fact]
    public void A_failed_evaluation_leaves_nothing_behind_for_the_next()
    {
        var expression = Expression.Compile("let $x = a in length($x)");

        Assert.Throws<ExpressionException>(() => expression.Evaluate(new ExpressionInput(Json.Parse("""{ "a": 5 }"""), null)));
        Assert.Equal("3", expression.Evaluate(new ExpressionInput(Json.Parse("""{ "a": "abc" }"""), null)).GetRawText());
        Assert.Throws<ExpressionException>(() => expression.Evaluate(new ExpressionInput(Json.Parse("{}"), null)));
    }

    [Theory]
    [InlineData("length(a)", "cannot be evaluated over this event (invalid-type in length)")]
    [InlineData("join(',', b)", "cannot be evaluated over this event (invalid-type in join)")]
    [InlineData("sort(b)", "cannot be evaluated over this event (invalid-type)")]
    [InlineData("$unknown", "cannot be evaluated over this event (undefined-variable)")]
    [InlineData("max(c)", "cannot be evaluated over this event")]
    public void What_cannot_be_evaluated_is_said_without_quoting_the_event(string text, string message)
    {
        var data = Json.Parse("""{ "a": 815, "b": ["ada@example.com", 815], "c": [1, 123456789012345678901234567890] }""");

        var exception = Assert.Throws<ExpressionException>(() => Expression.Compile(text).Evaluate(new ExpressionInput(data, null)));

        Assert.Equal(message, exception.Message);
        Assert.Null(exception.InnerException);
    }

    [Fact]
    public void No_error_quotes_the_event() => Gen.Select(Wholes, Json.Value).Sample((text, json) =>
    {
        var data = Json.Parse($$"""{ "a": "ada-815", "b": ["ada-815", {{json}}], "c": { "a": "ada-815" }, "data": [{ "a": "ada-815" }, {{json}}] }""");
        try
        {
            new JmesPathExpression(text).Evaluate(new ExpressionInput(data, null));
        }
        catch (ExpressionException exception)
        {
            Assert.DoesNotContain("ada-815", exception.ToString(), StringComparison.Ordinal);
        }
    }, iter: 500);

    [Fact]
    public void An_event_as_deep_as_the_bounds_allow_may_be_wrapped()
    {
        var deep = Json.Parse(string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64)));

        var wrapped = Expression.Compile("[[[@]]]").Evaluate(new ExpressionInput(deep, null));

        Assert.Equal($"[[[{deep.GetRawText()}]]]", wrapped.GetRawText());
    }

    [Theory]
    [InlineData("merge(a, { x: `9` })")]
    [InlineData("merge(a, b) | { all: @, a: @ }")]
    [InlineData("sort(c)")]
    [InlineData("sort_by(d, &n)")]
    [InlineData("reverse(c)")]
    [InlineData("reverse(d)[0]")]
    [InlineData("map(&{ n: n, own: @ }, d)")]
    [InlineData("group_by(d, &s)")]
    [InlineData("from_items(items(a))")]
    [InlineData("zip(c, d)")]
    [InlineData("to_array(a) | [0].x")]
    [InlineData("[a, a, c[]] | []")]
    [InlineData("let $all = @ in { again: $all, d: d[?n > `1`] }")]
    public void Expressions_over_one_event_do_not_change_it_for_one_another(string text)
    {
        const string Event = """{"a":{"x":1},"b":{"x":2,"y":3},"c":[3,1,2],"d":[{"n":2,"s":"b"},{"n":1,"s":"a"}]}""";
        var input = new ExpressionInput(Json.Parse(Event), null);
        var expression = new JmesPathExpression(text);

        var first = expression.Evaluate(input).GetRawText();

        Assert.Equal(Event, new JmesPathExpression("@").Evaluate(input).GetRawText());
        Assert.Equal(first, expression.Evaluate(input).GetRawText());
        Assert.Equal(first, expression.Evaluate(new ExpressionInput(Json.Parse(Event), null)).GetRawText());
    }

    [Fact]
    public void Half_a_character_is_never_made()
    {
        var input = new ExpressionInput(Json.Parse("""{ "a": "\ud83d\ude00x" }"""), null);

        foreach (var text in new[] { "a[0:1]", "a[1:]", "reverse(a)", "split(a, '')" })
        {
            var result = Expression.Compile(text).Evaluate(input).GetRawText();

            Assert.True(Json.Parse(result) is { ValueKind: JsonValueKind.String } single ? single.GetString() is not null : result.StartsWith('['));
        }
    }

    [Theory]
    [InlineData("data.a || data.b", """{"data":{"a":"v"}}""")]
    [InlineData("join(' ', [data.first_name, data.last_name])", """{"data":{"first_name":"Ada","last_name":"Lovelace"}}""")]
    [InlineData("join(' ', [n.given_name, n.family_name, n.title])", """{"n":{"given_name":"Ada","family_name":"Lovelace","title":"v"}}""")]
    public void A_sample_fills_the_places_that_an_expression_reads(string text, string expected)
    {
        var data = new JsonObject();

        Assert.True(Expression.Compile(text).TryPlace(data, "v"));

        Assert.Equal(expected, data.ToJsonString());
    }

    [Theory]
    [InlineData("length(@)")]
    [InlineData("items[0]")]
    public void A_sample_fills_nothing_where_an_expression_names_no_place(string text)
    {
        var data = new JsonObject();

        Assert.False(Expression.Compile(text).TryPlace(data, "v"));

        Assert.Empty(data);
    }
}
