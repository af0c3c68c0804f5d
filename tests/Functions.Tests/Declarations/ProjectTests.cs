using System.Text.RegularExpressions;
using System.Xml.Linq;
using Functions.Tests.Support;

namespace Functions.Tests.Declarations;

public sealed class ProjectTests
{
    private readonly XElement project = XElement.Parse(Shipped.Text("Functions.csproj"));

    [Theory]
    [InlineData("../../host.json", "Link", "host.json")]
    [InlineData("../../sources/**", "LinkBase", "sources")]
    public void Files_of_the_top_level_travel_with_the_app(string include, string place, string expected)
    {
        var item = project.Descendants("None").Single(item => (string?)item.Attribute("Include") == include);

        Assert.Equal(expected, (string?)item.Attribute(place));
        Assert.Equal("PreserveNewest", (string?)item.Attribute("CopyToOutputDirectory"));
        Assert.Equal("PreserveNewest", (string?)item.Attribute("CopyToPublishDirectory"));
    }

    [Fact]
    public void Local_settings_do_not_travel()
    {
        var item = project.Descendants("None").Single(item => (string?)item.Attribute("Include") == "../../local.settings.json");

        Assert.Equal("Never", (string?)item.Attribute("CopyToPublishDirectory"));
    }

    [Fact]
    public void The_project_is_an_isolated_app_on_the_plain_SDK()
    {
        // Under the Razor SDK its host.json would no longer be copied.
        Assert.Equal("Microsoft.NET.Sdk", (string?)project.Attribute("Sdk"));
        Assert.Equal("v4", project.Descendants("AzureFunctionsVersion").Single().Value);
        Assert.Equal("Exe", project.Descendants("OutputType").Single().Value);
        Assert.Contains(
            project.Descendants("FrameworkReference"), item => (string?)item.Attribute("Include") == "Microsoft.AspNetCore.App");
    }

    [Fact]
    public void The_solution_builds_the_app_in_the_configuration_Azure_only()
    {
        var solution = Shipped.Text("Functions.sln");
        var row = Regex.Match(
            solution, @"""Functions"", ""[^""]*"", ""(?<id>\{[0-9A-F-]+\})""", RegexOptions.None, TimeSpan.FromSeconds(1));
        var id = row.Groups["id"].Value;

        Assert.NotEmpty(id);
        Assert.Contains($"{id}.Azure|Any CPU.Build.0", solution, StringComparison.Ordinal);
        Assert.DoesNotContain($"{id}.Debug|Any CPU.Build.0", solution, StringComparison.Ordinal);
        Assert.DoesNotContain($"{id}.Release|Any CPU.Build.0", solution, StringComparison.Ordinal);
    }
}
