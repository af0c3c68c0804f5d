using System.Text.Json.Nodes;
using CsCheck;
using UserSync.Previews;

namespace UserSync.Tests.Previews;

public sealed class JsonDifferenceTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null]}""", """{"b":[true,null],"a":1}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1,"b":3}""", "$.b: 2 / 3")]
    [InlineData("""{"a":1}""", """{"b":"é'"}""", "$.a: 1 / nothing", "$.b: nothing / \"é'\"")]
    [InlineData("""[{"a":{"b":1}},2]""", """[{"a":{"b":"1"}}]""", "$[0].a.b: 1 / \"1\"", "$[1]: 2 / nothing")]
    [InlineData("""{"a":null}""", """{}""", "$.a: null / nothing")]
    [InlineData("""[]""", """{}""", "$: [] / {}")]
    public void Each_difference_is_named_once_and_where_it_is(string expected, string actual, params string[] differences) =>
        Assert.Equal(differences, Between(expected, actual));

    [Fact]
    public void A_value_differs_from_itself_nowhere() => Gen.OneOf("1", "[]", "{\"a\":[1,{\"b\":null}]}", "\"x\"", "null").Array[1, 4].Sample(values =>
        Assert.Empty(Between($"[{string.Join(',', values)}]", $"[{string.Join(',', values)}]")));

    private static IEnumerable<string> Between(string expected, string actual) => JsonDifference.Between(JsonNode.Parse(expected), JsonNode.Parse(actual))
        .Select(difference => $"{difference}: {difference.Expected ?? "nothing"} / {difference.Actual ?? "nothing"}");
}
