using System.Text.Json;
using CsCheck;
using UserSync.Expressions;
using UserSync.Tests.Support;

namespace UserSync.Tests.Expressions;

public sealed class PathTreeTests
{
    [Fact]
    public void Paths_that_are_followed_together_give_what_each_gives_alone() =>
        Gen.Select(PlainPathTests.Path.List[0, 8], Json.Value).Sample((texts, json) =>
        {
            var data = Json.Parse(json);
            var paths = texts.ConvertAll(Plain);

            var reached = Follow(data, paths);

            Assert.Equal(
                paths.Select(path => Shown(path.Evaluate(new ExpressionInput(data, null)))),
                reached.Select(Shown));
        }, iter: 2000);

    [Fact]
    public void What_paths_begin_with_is_the_same_for_all_of_them_and_each_place_is_there_once()
    {
        var tree = new PathTree([Plain("a.b"), Plain("a"), Plain("a.b"), Plain("a[0]"), Plain("@"), Plain("@.a")]);

        Assert.Equal(4, tree.Count);
        Assert.Equal(tree.EndOf(0), tree.EndOf(2));
        Assert.Equal(tree.EndOf(1), tree.EndOf(5));
    }

    [Fact]
    public void What_is_no_path_ends_nowhere()
    {
        var tree = new PathTree([null, Plain("a"), null]);

        Assert.Equal((-1, 0, -1, 1), (tree.EndOf(0), tree.EndOf(1), tree.EndOf(2), tree.Count));
    }

    [Fact]
    public void Of_two_members_of_one_name_the_last_counts()
    {
        var data = Json.Parse("""{ "a": { "x": 1 }, "a": { "x": 2, "x": 3 }, "b": 1, "b": 2 }""");

        Assert.Equal(["3", "2"], Follow(data, [Plain("a.x"), Plain("b")]).Select(Shown));
    }

    [Fact]
    public void A_name_that_is_written_with_escapes_is_found() =>
        Assert.Equal(["1"], Follow(Json.Parse("""{ "\u0061": { "\u0062\u002d": 1 } }"""), [Plain("a.\"b-\"")]).Select(Shown));

    private static PlainPath Plain(string text) => PlainPath.TryParse(text, out var path) ? path : throw new FormatException(text);

    private static JsonElement[] Follow(JsonElement data, List<PlainPath> paths)
    {
        var tree = new PathTree(paths);
        var reached = new JsonElement[tree.Count];
        tree.Follow(data, reached);
        return [.. paths.Select((_, index) => reached[tree.EndOf(index)])];
    }

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText();
}
