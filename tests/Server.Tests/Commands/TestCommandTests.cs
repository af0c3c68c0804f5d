using Server.Commands;
using Server.Tests.Support;

namespace Server.Tests.Commands;

public sealed class TestCommandTests : IDisposable
{
    private readonly CapturedConsole console = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mapping-tests");

    public TestCommandTests()
    {
        foreach (var name in (string[])["people", "others"])
        {
            Write($"{name}.json", """
                {
                  "verify": { "scheme": "none" }, "account": "0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05", "provider": "planhat",
                  "user": "id", "map": { "email": "email" }
                }
                """);
        }

        Write("people.tests/good.json", """{ "delivery": { "id": 42, "email": "a" }, "expect": [{ "user": "42", "patch": { "email": "a" } }] }""");
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task All_tests_of_all_sources_run()
    {
        Write("others.tests/also-good.json", """{ "delivery": { "id": 1 }, "expect": [{ "user": "1", "patch": {} }] }""");

        Assert.Equal(0, await RunAsync());

        console.AssertHas("passed  people/good");
        console.AssertHas("passed  others/also-good");
        console.AssertHas("2 passed, 0 failed.");
    }

    [Fact]
    public async Task A_failed_test_shows_what_differs_and_where()
    {
        Write("people.tests/wrong.json", """{ "delivery": { "id": 42, "email": "[a]" }, "expect": [{ "user": "43", "patch": { "email": "[a]", "name": "n" } }] }""");

        Assert.Equal(1, await RunAsync());

        console.AssertHas("failed  people/wrong");
        Assert.Equal(
            ["$[0].user", "expected \"43\"", "actual   \"42\"", "$[0].patch.name", "expected \"n\"", "actual   nothing"],
            console.Lines.SkipWhile(line => !line.Contains("people/wrong", StringComparison.Ordinal)).Skip(1).Take(6).Select(line => line.Trim()));
        console.AssertHas("1 passed, 1 failed.");
    }

    [Fact]
    public async Task The_tests_of_one_source_can_be_run_alone()
    {
        Write("others.tests/wrong.json", """{ "delivery": { "id": 1 }, "expect": [] }""");

        Assert.Equal(0, await RunAsync("people"));

        console.AssertHas("1 passed, 0 failed.");
    }

    [Fact]
    public async Task Update_takes_what_becomes_of_deliveries_for_expected()
    {
        Write("people.tests/new.json", """{ "delivery": { "id": 42, "email": "b" } }""");

        Assert.Equal(0, await RunAsync("--update"));
        console.AssertHas("updated people/new");
        Assert.Equal(0, await RunAsync());

        console.AssertHas("2 passed, 0 failed.");
    }

    [Fact]
    public async Task A_mistake_in_a_test_is_named_and_fails()
    {
        Write("people.tests/mistake.json", """{ "expects": [] }""");

        Assert.Equal(1, await RunAsync());

        console.AssertHas("people.tests/mistake.json $.expects: \"expects\" is not a setting. Did you mean \"expect\"?");
        console.AssertHas("people.tests/mistake.json $: it holds no delivery.");
    }

    [Fact]
    public async Task A_source_that_cannot_run_fails_the_run()
    {
        Write("broken.json", "{}");

        Assert.Equal(1, await RunAsync());

        console.AssertHas("1 passed, 0 failed.");
    }

    [Fact]
    public async Task An_unknown_source_is_named_with_those_that_there_are()
    {
        Assert.Equal(1, await RunAsync("nobody"));

        console.AssertHas("There is no source \"nobody\" that can run. There are: others, people");
    }

    private Task<int> RunAsync(params string[] args) =>
        CommandLine.RunAsync(["test", "--sources", folder.FullName, .. args], console.Ansi, TestContext.Current.CancellationToken);

    private void Write(string name, string content)
    {
        var file = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
