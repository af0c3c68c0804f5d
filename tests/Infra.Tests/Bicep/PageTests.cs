using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed partial class PageTests(Templates templates)
{
    private readonly Markdown page = new(Repository.Read("infra/README.md"));

    [Fact]
    public async Task It_lists_every_parameter_with_its_default()
    {
        var main = await templates.MainAsync();
        var parameters = main.Parameters.Select(parameter => (parameter.Key, Written(parameter.Value["defaultValue"])));
        Assert.Equal(parameters.Order(), page.Table("## Parameters").Select(row => (row[0], row[1])).Order());
    }

    [Fact]
    public async Task It_lists_every_output() =>
        Assert.Equal((await templates.MainAsync()).Outputs.Keys.Order(), page.Table("## Outputs").Select(row => row[0]).Order());

    [Fact]
    public void It_lists_every_role()
    {
        var roles = NamedRole().Matches(Repository.Read("infra/modules/roles.bicep")).Select(match => match.Groups["name"].Value);
        Assert.Equal(roles.Order(), page.Table("## Roles").Select(row => row[0]).Order());
    }

    [Fact]
    public async Task It_names_every_queue_table_and_container()
    {
        string[] kinds = ["queues", "tables", "containers"];
        var stored = (await templates.MinimalAsync()).Resources
            .Where(resource => kinds.Contains(resource.Type[(resource.Type.LastIndexOf('/') + 1)..]))
            .Select(resource => resource.OwnName)
            .ToArray();
        Assert.Equal(8, stored.Length);
        var row = Assert.Single(page.Table("## What is deployed"), row => row[0] == "Storage account");
        Assert.All(stored, name => Assert.Contains($"`{name}`", row[1]));
    }

    [Fact]
    public async Task It_says_the_threshold_and_the_severity_of_every_alert()
    {
        var rows = page.Table("## Alerts");
        Assert.All((await templates.MinimalAsync()).OfType("Microsoft.Insights/scheduledQueryRules"), rule =>
        {
            var row = Assert.Single(rows, row => rule.Name.EndsWith($"-{row[0]}", StringComparison.Ordinal));
            var condition = Assert.Single(rule.PartsAt("properties.criteria.allOf"));
            var text = condition.Text("operator") == "LessThan" ? "fewer than" : "Threshold`,";
            Assert.Matches($@"{text} {condition.Number("threshold")}\b", row[2]);
            Assert.EndsWith($"Severity`, {rule.Number("properties.severity")}", row[3]);
        });
    }

    [Fact]
    public void The_files_that_it_names_are_there()
    {
        var files = page.Table("# Infrastructure").Select(row => row[0]).ToArray();
        Assert.Contains("main.bicep", files);
        Assert.All(files, file => Assert.True(Path.Exists(Repository.PathOf($"infra/{file}")), file));
        Assert.Equal(
            Directory.GetFiles(Repository.PathOf("infra")).Select(Path.GetFileName).Where(name => name != "README.md").Order(),
            files.Where(file => !file.EndsWith('/')).Order());
    }

    [Fact]
    public void It_names_the_version_of_the_Bicep_CLI_that_the_tests_run() =>
        Assert.Contains(
            $"with Bicep {BicepVersion().Match(Repository.Read("Directory.Packages.props")).Groups["version"].Value},",
            page.Text);

    private static string Written(JsonNode? value) => value?.GetValueKind() switch
    {
        null => string.Empty,
        JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    [GeneratedRegex(@"' // (?<name>[\w ]+):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedRole();

    [GeneratedRegex("Azure\\.Bicep\\.CommandLine\\.[^\"]+\" Version=\"(?<version>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BicepVersion();
}
