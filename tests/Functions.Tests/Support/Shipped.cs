using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Functions.Tests.Support;

/// <summary>The files at the repository's top level that belong to the app.</summary>
internal static partial class Shipped
{
    internal static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Shipped");

    internal static JsonObject HostJson => JsonNode.Parse(Text("host.json"))!.AsObject();

    internal static IReadOnlyDictionary<string, string> SampleSettings => JsonNode
        .Parse(Text("local.settings.sample.json"))!["Values"]!.AsObject()
        .ToDictionary(setting => setting.Key, setting => setting.Value!.GetValue<string>(), StringComparer.OrdinalIgnoreCase);

    internal static string Text(string name) => File.ReadAllText(Path.Combine(Root, name));

    /// <summary>All Bicep files as one text; empty where there are none.</summary>
    internal static string Bicep()
    {
        var folder = Path.Combine(Root, "infra");
        return Directory.Exists(folder)
            ? string.Concat(Directory.GetFiles(folder, "*.bicep", SearchOption.AllDirectories).Select(File.ReadAllText))
            : string.Empty;
    }

    /// <summary>The rows of the table below a heading of docs/azure.md, each with its cells, without the marks of code.</summary>
    internal static IReadOnlyList<string[]> DocsTable(string heading)
    {
        var section = Text("azure.md").Split("\n## ").Single(part => part.StartsWith(heading + "\n", StringComparison.Ordinal));
        return [.. Row().Matches(section).Skip(2).Select(row => Cells(row.Groups["cells"].Value))];
    }

    private static string[] Cells(string row) =>
        [.. row.Split('|').Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal))];

    [GeneratedRegex(@"^\|(?<cells>.*)\|$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
