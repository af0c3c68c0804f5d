using System.Text.RegularExpressions;
using Truto.Errors;

namespace Truto.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

    [Fact]
    public void Every_snippet_of_the_README_is_compiled()
    {
        var compiled = string.Join('\n', Lines(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ReadmeSnippets.cs"))));
        var snippets = Snippet.Matches(Readme).Select(match => string.Join('\n', Lines(match.Groups["code"].Value))).ToArray();

        Assert.Equal(9, snippets.Length);
        Assert.All(snippets, snippet => Assert.Contains(snippet, compiled, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_cause_and_option_is_in_the_README()
    {
        Assert.All(Enum.GetNames<TrutoErrorCause>(), cause => Assert.Contains($"| `{cause}` |", Readme, StringComparison.Ordinal));
        Assert.All(
            typeof(TrutoOptions).GetProperties().Concat(typeof(TrutoCall).GetProperties()),
            property => Assert.Contains($"`{property.Name}`", Readme, StringComparison.Ordinal));
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Snippet { get; }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
}
