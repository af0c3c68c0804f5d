using UserSync.Configuration;
using UserSync.Tests.Support;

namespace UserSync.Tests.Configuration;

public sealed class SettingTests
{
    private readonly Findings findings = [];

    [Theory]
    [InlineData("2", 2)]
    [InlineData("3", 3)]
    [InlineData("5", 5)]
    public void A_number_may_be_either_bound(string json, int expected)
    {
        Assert.Equal(expected, Root(json).Integer(2, 5));
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("6")]
    [InlineData("2.5")]
    [InlineData("\"3\"")]
    public void A_number_beyond_its_bounds_is_an_error(string json)
    {
        Assert.Null(Root(json).Integer(2, 5));
        Assert.Equal("f.json $: it is not a whole number in range. Write a number from 2 to 5.", Assert.Single(findings).ToString());
    }

    [Fact]
    public void A_member_that_stands_twice_is_found_in_every_item_of_an_array()
    {
        Assert.False(Root("""{ "a": [{ "b": 1, "b": 2 }, { "c": 3 }, { "d": { "e": 4, "e": 5 } }] }""").RejectDuplicates());
        Assert.Equal(["$.a[0].b", "$.a[2].d.e"], findings.Select(finding => finding.Path));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1, 1]")]
    [InlineData("""{ "a": { "b": 1 }, "c": { "b": 1 } }""")]
    public void A_name_that_stands_in_different_places_is_no_mistake(string json)
    {
        Assert.True(Root(json).RejectDuplicates());
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("", "$['']")]
    [InlineData("a", "$.a")]
    [InlineData("a_1", "$.a_1")]
    [InlineData("e-mail", "$['e-mail']")]
    [InlineData("a.b", "$['a.b']")]
    public void A_path_quotes_a_name_that_is_no_word(string name, string path) => Assert.Equal(path, Root("{}").Member(name).Path);

    [Theory]
    [InlineData("send", "Write send")]
    [InlineData("send omit", "Write send or omit")]
    [InlineData("send omit keep", "Write send, omit or keep")]
    public void A_word_that_is_not_known_comes_with_those_that_are(string words, string remedy)
    {
        var choices = words.Split(' ').ToDictionary(word => word, word => word, StringComparer.Ordinal);

        Assert.Equal("absent", Root("\"something else\"").Choice(choices, "absent"));
        Assert.Equal(remedy, Assert.Single(findings).Remedy);
    }

    [Theory]
    [InlineData("headr", "header")]
    [InlineData("HEADER", "header")]
    [InlineData("headerz", "header")]
    [InlineData("reader", "header")]
    [InlineData("heater", "heaters")]
    [InlineData("xyz", null)]
    public void The_closest_word_is_meant_and_none_that_is_far(string word, string? meant) =>
        Assert.Equal(meant, Spelling.Closest(word, ["trailers", "heaters", "header"]));

    private Setting Root(string json) => Setting.Root("f.json", Json.Parse(json), findings);
}
