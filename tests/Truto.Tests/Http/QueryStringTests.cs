using System.Text.Json.Nodes;
using CsCheck;
using Truto.Http;

namespace Truto.Tests.Http;

public sealed class QueryStringTests
{
    [Theory]
    [InlineData("""{"foo":"bar"}""", "q[foo]=bar")]
    [InlineData("""{"a":{"b":"c"},"d":"e"}""", "q[a][b]=c&q[d]=e")]
    [InlineData("""{"a":["x","y"]}""", "q[a][]=x&q[a][]=y")]
    [InlineData("""{"a":[{"b":"c"}]}""", "q[a][][b]=c")]
    [InlineData("""{"t":true,"f":false,"n":null}""", "q[t]=true&q[f]=false&q[n]=")]
    [InlineData("""{"i":10,"d":1.50,"e":1E+2}""", "q[i]=10&q[d]=1.50&q[e]=1E+2")]
    [InlineData("""{"a":{},"b":[],"c":1}""", "q[c]=1")]
    [InlineData("{}", "")]
    public void Objects_and_arrays_take_the_documented_brackets(string json, string expected) =>
        Assert.Equal(expected, Uri.UnescapeDataString(Write(json).TrimStart('?')));

    [Fact]
    public void Keys_and_values_are_percent_encoded_whole() => Assert.Equal(
        "?q%5Ba%20%26%3D%2B%25%3F%23%2F%5D=%C3%A9%20%26%3D%2B%25%3F%23%2F",
        new QueryString().AddNode("q", new JsonObject { ["a &=+%?#/"] = "é &=+%?#/" }).Finish());

    [Fact]
    public void Numbers_and_times_of_the_language_are_written_as_JSON_writes_them() => Assert.Equal(
        "?q%5Bd%5D=0.1&q%5Bt%5D=2026-11-23T12%3A00%3A00Z",
        new QueryString().AddNode("q", new JsonObject
        {
            ["d"] = 0.1,
            ["t"] = new DateTime(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc),
        }).Finish());

    [Theory]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":1}}}}}""")]
    [InlineData("""{"a":[{"b":[1]}]}""")]
    public void Five_levels_are_allowed(string json) => Assert.EndsWith("=1", Write(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}""")]
    [InlineData("""{"a":[{"b":[{"c":{"d":1}}]}]}""")]
    public void Six_levels_are_refused(string json)
    {
        var error = Assert.Throws<ArgumentException>(() => Write(json));

        Assert.StartsWith("A query value may be nested at most 5 levels deep.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_parameters_are_allowed_and_no_more()
    {
        static JsonObject Many(int count) =>
            new() { ["a"] = new JsonArray([.. Enumerable.Range(0, count).Select(number => JsonValue.Create(number))]) };

        Assert.Equal(1000, new QueryString().AddNode("q", Many(1000)).Finish().Split('&').Length);
        var error = Assert.Throws<ArgumentException>(() => new QueryString().AddNode("q", Many(1001)));
        Assert.StartsWith("A query may have at most 1000 parameters.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_directly_inside_an_array_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Write("""{"a":[[1]]}"""));

        Assert.StartsWith("A query cannot hold an array directly inside an array.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a[b]")]
    [InlineData("]")]
    public void A_name_that_would_be_read_as_nesting_is_refused(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => new QueryString().AddNode("q", new JsonObject { [name] = 1 }));

        Assert.StartsWith(
            "A query name must not be empty or contain brackets; nest objects instead.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new QueryString().AddNode("q", new JsonObject { ["a"] = "\ud800" }));

        Assert.StartsWith("A text for the URL holds half of a surrogate pair", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_reads_back_the_same() => Objects.Sample(
        written =>
        {
            var read = Qs.Parse(new QueryString().AddNode("q", written).Finish());
            Assert.Equal(written.Count == 0 ? null : written.ToJsonString(), read["q"]?.ToJsonString());
        },
        iter: 2000);

    private static string Write(string json) => new QueryString().AddNode("q", JsonNode.Parse(json)).Finish();

    private static readonly Gen<string> Texts = Gen.String[Gen.Char[' ', '\u2fff'], 0, 8];

    private static readonly Gen<string> Names =
        Gen.String[Gen.Char[' ', '\u2fff'].Where(character => character is not ('[' or ']')), 1, 6];

    private static readonly Gen<JsonNode> Values = Texts.Select(text => (JsonNode)JsonValue.Create(text));

    private static readonly Gen<JsonNode> Leaves = Gen.OneOf(
        Values,
        Values.Array[1, 4].Select(values => (JsonNode)new JsonArray(values)),
        Gen.Select(Names, Values).Select((name, value) => (JsonNode)new JsonArray(new JsonObject { [name] = value })));

    // Scalars are texts, because a query knows no other; an empty object or array leaves no trace, so there is none.
    private static readonly Gen<JsonObject> Objects = Gen.Recursive<JsonNode>((depth, self) =>
            depth >= 2 ? Leaves : Gen.OneOf(Leaves, Members(self).Select(members => (JsonNode)members)))
        .Select(Names, (value, name) => new JsonObject { [name] = value });

    private static Gen<JsonObject> Members(Gen<JsonNode> value) => Gen.Select(Names, value).Array[1, 3].Select(members =>
    {
        var all = new JsonObject();
        foreach (var (name, member) in members)
        {
            all[name] = member;
        }

        return all;
    });
}
