using Infra.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Delivery;

public sealed class AzdTests(Templates templates)
{
    private readonly YamlMappingNode azd = Yaml.Read("azure.yaml");

    [Fact]
    public void It_provisions_the_templates_of_this_repository()
    {
        var infra = azd.Map("infra");
        Assert.Equal("bicep", infra.Text("provider"));
        Assert.True(File.Exists(Repository.PathOf($"{infra.Text("path")}/{infra.Text("module")}.bicep")));
        Assert.True(File.Exists(Repository.PathOf($"{infra.Text("path")}/{infra.Text("module")}.bicepparam")));
    }

    [Fact]
    public async Task Its_service_is_the_function_app_which_it_finds_by_the_tag()
    {
        var service = Assert.Single(azd.Map("services").Children);
        var deployment = await templates.MinimalAsync();
        var tagged = Assert.Single(deployment.Resources, resource => resource.Text("tags.azd-service-name") is not null);
        Assert.Equal("Microsoft.Web/sites", tagged.Type);
        Assert.Equal(service.Key.ToString(), tagged.Text("tags.azd-service-name"));
        Assert.Equal("function", ((YamlMappingNode)service.Value).Text("host"));
        Assert.Equal("dotnet", ((YamlMappingNode)service.Value).Text("language"));
    }

    [Fact]
    public void What_it_deploys_is_the_project_of_the_function_app()
    {
        var project = ((YamlMappingNode)Assert.Single(azd.Map("services").Children).Value).Text("project")!;
        Assert.Equal("src/Functions", project);
        Assert.SkipUnless(Directory.Exists(Repository.PathOf(project)), "src/Functions is not there yet.");
        Assert.Single(Directory.GetFiles(Repository.PathOf(project), "*.csproj"));
    }

    [Fact]
    public async Task It_finds_the_resource_group_and_everything_in_it_by_the_environment()
    {
        var deployment = await templates.MinimalAsync();
        Assert.Equal("usersync-test", (string?)deployment.The("Microsoft.Resources/resourceGroups").At("tags")!["azd-env-name"]);
        Assert.Contains("AZURE_RESOURCE_GROUP", (await templates.MainAsync()).Outputs.Keys);
    }
}
