using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class NameAndTagTests(Templates templates)
{
    [Theory]
    [InlineData("Microsoft.Web/sites", "contoso-usersync")]
    [InlineData("Microsoft.Web/serverfarms", "contoso-usersync-plan")]
    [InlineData("Microsoft.ManagedIdentity/userAssignedIdentities", "contoso-usersync-identity")]
    [InlineData("Microsoft.Storage/storageAccounts", "contosousersync")]
    [InlineData("Microsoft.KeyVault/vaults", "contoso-usersync-vault")]
    [InlineData("Microsoft.OperationalInsights/workspaces", "contoso-usersync-logs")]
    [InlineData("Microsoft.Insights/components", "contoso-usersync-insights")]
    [InlineData("Microsoft.Insights/actionGroups", "contoso-usersync-operators")]
    [InlineData("Microsoft.Network/virtualNetworks", "contoso-usersync-network")]
    public async Task A_resource_has_the_name_that_it_is_given(string type, string name) =>
        Assert.Equal(name, (await templates.FullAsync()).The(type).Name);

    // Microsoft Learn, "Naming rules and restrictions for Azure resources".
    [Theory]
    [InlineData("Microsoft.Web/sites", "^[a-z][a-z0-9-]{1,58}[a-z0-9]$")]
    [InlineData("Microsoft.Storage/storageAccounts", "^[a-z0-9]{3,24}$")]
    [InlineData("Microsoft.KeyVault/vaults", "^[a-z][a-z0-9-]{1,22}[a-z0-9]$")]
    public async Task A_name_that_is_made_up_is_valid_whatever_the_environment_is_called_and_differs_from_one_to_the_next(string type, string valid)
    {
        var name = (await templates.MinimalAsync()).The(type).Name;
        var other = (await templates.FirstAsync(("AZURE_ENV_NAME", "Usersync_Production.With-A-Long1"))).The(type).Name;
        Assert.Matches(valid, name);
        Assert.Matches(valid, other);
        Assert.NotEqual(name, other);
    }

    [Fact]
    public async Task Every_resource_that_takes_tags_has_those_that_are_given_and_the_one_that_azd_looks_for()
    {
        // What has a region of its own can be tagged.
        var resources = (await templates.FullAsync()).Resources.Where(resource => resource.At("location") is not null).ToArray();
        Assert.Contains(resources, resource => resource.Type == "Microsoft.Resources/resourceGroups");
        Assert.All(resources, resource =>
        {
            Assert.Equal("identity", resource.Text("tags.team"));
            Assert.Equal("usersync-prod", (string?)resource.At("tags")!["azd-env-name"]);
        });
    }

    [Fact]
    public async Task Everything_is_in_the_region_that_is_given_or_in_none()
    {
        string[] global =
        [
            "Microsoft.Insights/actionGroups",
            "Microsoft.Network/privateDnsZones",
            "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        ];
        Assert.All((await templates.FullAsync()).Resources.Where(resource => resource.At("location") is not null), resource =>
            Assert.Equal(global.Contains(resource.Type) ? "global" : "northeurope", resource.Text("location")));
    }

    [Fact]
    public async Task The_same_is_deployed_into_a_resource_group_that_is_there_already()
    {
        var whole = await templates.FullAsync();
        var group = whole.The("Microsoft.Resources/resourceGroups");
        var within = await templates.FullInResourceGroupAsync();
        Assert.Equal(
            whole.Resources.Except([group]).Select(resource => PredictedResource.WithoutModules(resource.Id)),
            within.Resources.Select(resource => PredictedResource.WithoutModules(resource.Id)));
    }

    [Fact]
    public async Task The_resource_group_is_called_after_the_environment() =>
        Assert.Equal("rg-usersync-test", (await templates.MinimalAsync()).The("Microsoft.Resources/resourceGroups").Name);
}
