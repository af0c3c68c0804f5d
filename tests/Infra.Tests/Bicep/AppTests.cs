using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class AppTests(Templates templates)
{
    private const string Site = "Microsoft.Web/sites";

    [Fact]
    public async Task The_plan_is_Flex_Consumption_on_Linux()
    {
        var plan = (await templates.MinimalAsync()).The("Microsoft.Web/serverfarms");
        Assert.Equal("FC1", plan.Text("sku.name"));
        Assert.Equal("FlexConsumption", plan.Text("sku.tier"));
        Assert.True(plan.Flag("properties.reserved"));

        var site = (await templates.MinimalAsync()).The(Site);
        Assert.Equal("functionapp,linux", site.Text("kind"));
        Assert.Equal(plan.Id, site.Text("properties.serverFarmId"));
    }

    [Fact]
    public async Task The_runtime_is_the_isolated_worker_on_the_version_of_NET_that_everything_is_built_for()
    {
        var site = (await templates.MinimalAsync()).The(Site);
        Assert.Equal("dotnet-isolated", site.Text("properties.functionAppConfig.runtime.name"));
        var version = site.Text("properties.functionAppConfig.runtime.version");
        Assert.Contains($"<TargetFramework>net{version}</TargetFramework>", Repository.Read("Directory.Build.props"));
    }

    [Fact]
    public async Task It_scales_as_asked_for()
    {
        const string Scale = "properties.functionAppConfig.scaleAndConcurrency";
        var site = (await templates.FullAsync()).The(Site);
        Assert.Equal(4096, site.Number($"{Scale}.instanceMemoryMB"));
        Assert.Equal(7, site.Number($"{Scale}.maximumInstanceCount"));
        Assert.Equal(64, site.Number($"{Scale}.triggers.http.perInstanceConcurrency"));

        var minimal = (await templates.MinimalAsync()).The(Site);
        Assert.Equal(2048, minimal.Number($"{Scale}.instanceMemoryMB"));
        Assert.Equal(40, minimal.Number($"{Scale}.maximumInstanceCount"));
        Assert.Equal(100, minimal.Number($"{Scale}.triggers.http.perInstanceConcurrency"));
    }

    [Fact]
    public async Task Instances_are_always_ready_only_where_asked_for_because_they_cost_when_nothing_happens()
    {
        const string AlwaysReady = "properties.functionAppConfig.scaleAndConcurrency.alwaysReady";
        Assert.Empty((await templates.MinimalAsync()).The(Site).PartsAt(AlwaysReady));
        Assert.Equal(
            [("http", 2), ("function:ProcessChange", 3)],
            (await templates.FullAsync()).The(Site).PartsAt(AlwaysReady).Select(group => (group.Name, group.Number("instanceCount") ?? 0)));
    }

    [Fact]
    public async Task It_is_deployed_from_its_own_container_with_its_identity()
    {
        const string Storage = "properties.functionAppConfig.deployment.storage";
        var deployment = await templates.MinimalAsync();
        var site = deployment.The(Site);
        Assert.Equal("blobContainer", site.Text($"{Storage}.type"));
        Assert.Contains(".outputs.deploymentContainerUrl.value", site.Text($"{Storage}.value"));
        Assert.Equal("UserAssignedIdentity", site.Text($"{Storage}.authentication.type"));
        Assert.Contains(".outputs.id.value", site.Text($"{Storage}.authentication.userAssignedIdentityResourceId"));

        var storage = (await templates.MainAsync()).Of("storage");
        Assert.EndsWith("variables('deploymentContainerName'))]", storage.Outputs["deploymentContainerUrl"]["value"]!.GetValue<string>());
        Assert.Equal("deployments", storage.Json["variables"]!["deploymentContainerName"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_has_the_user_assigned_identity_and_no_other()
    {
        var site = (await templates.MinimalAsync()).The(Site);
        Assert.Equal("UserAssigned", site.Text("identity.type"));
        Assert.Contains(".outputs.id.value", Assert.Single(site.NamesAt("identity.userAssignedIdentities")));
        Assert.Contains("'identity-{0}'", site.Text("properties.keyVaultReferenceIdentity"));
    }

    [Fact]
    public async Task It_is_reached_over_TLS_1_2_or_better_only()
    {
        var site = (await templates.MinimalAsync()).The(Site);
        Assert.True(site.Flag("properties.httpsOnly"));
        Assert.Equal("1.2", site.Text("properties.siteConfig.minTlsVersion"));
        Assert.Equal("1.2", site.Text("properties.siteConfig.scmMinTlsVersion"));
    }

    [Fact]
    public async Task Nobody_deploys_with_a_user_name_and_a_password()
    {
        var policies = (await templates.MinimalAsync()).OfType($"{Site}/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], policies.Select(policy => policy.OwnName).Order());
        Assert.All(policies, policy => Assert.False(policy.Flag("properties.allow")));
    }

    // ARM answers error 51021 to these, in some regions.
    [Theory]
    [InlineData("alwaysOn")]
    [InlineData("ftpsState")]
    [InlineData("functionAppScaleLimit")]
    [InlineData("functionsRuntimeScaleMonitoringEnabled")]
    [InlineData("linuxFxVersion")]
    [InlineData("netFrameworkVersion")]
    [InlineData("preWarmedInstanceCount")]
    [InlineData("use32BitWorkerProcess")]
    [InlineData("appSettings")]
    public async Task Nothing_is_configured_that_Flex_Consumption_refuses_or_that_is_said_elsewhere(string property) =>
        Assert.DoesNotContain(property, (await templates.FullAsync()).The(Site).NamesAt("properties.siteConfig"));
}
