using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class NetworkTests(Templates templates)
{
    private const string Network = "Microsoft.Network/virtualNetworks";
    private const string Endpoint = "Microsoft.Network/privateEndpoints";

    [Fact]
    public async Task Without_private_networking_there_is_no_network_to_pay_for()
    {
        var deployment = await templates.MinimalAsync();
        Assert.DoesNotContain(deployment.Resources, resource => resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Null(deployment.The("Microsoft.Web/sites").At("properties.virtualNetworkSubnetId"));
    }

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts")]
    [InlineData("Microsoft.KeyVault/vaults")]
    public async Task With_it_nobody_outside_reaches_data_or_secrets(string type)
    {
        var closed = (await templates.FullAsync()).The(type);
        Assert.Equal("Disabled", closed.Text("properties.publicNetworkAccess"));
        Assert.Equal("Deny", closed.Text("properties.networkAcls.defaultAction"));
        Assert.Equal("None", closed.Text("properties.networkAcls.bypass"));

        var open = (await templates.MinimalAsync()).The(type);
        Assert.Equal("Enabled", open.Text("properties.publicNetworkAccess"));
        Assert.Equal("Allow", open.Text("properties.networkAcls.defaultAction"));
    }

    [Theory]
    [InlineData("blob", "'storage-{0}'", "privatelink.blob.")]
    [InlineData("queue", "'storage-{0}'", "privatelink.queue.")]
    [InlineData("table", "'storage-{0}'", "privatelink.table.")]
    [InlineData("vault", "'vault-{0}'", "privatelink.vaultcore.")]
    public async Task A_private_endpoint_that_the_network_resolves_leads_to_each_service(string service, string target, string zone)
    {
        var deployment = await templates.FullAsync();
        var name = $"contoso-usersync-network-{service}";
        var endpoint = deployment.The(Endpoint, name);
        Assert.Equal($"{deployment.The(Network).Id}/subnets/endpoints", endpoint.Text("properties.subnet.id"));

        var connection = Assert.Single(endpoint.PartsAt("properties.privateLinkServiceConnections"));
        Assert.Contains(target, connection.Text("properties.privateLinkServiceId"));
        Assert.Equal([service], connection.Texts("properties.groupIds"));

        var group = Assert.Single(deployment.OfType($"{Endpoint}/privateDnsZoneGroups"), group => group.Name == $"{name}/default");
        Assert.Contains(zone, Assert.Single(group.PartsAt("properties.privateDnsZoneConfigs")).Text("properties.privateDnsZoneId"));

        var links = deployment.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks");
        var link = Assert.Single(links, link => link.Name.Contains($"'{name}'", StringComparison.Ordinal));
        Assert.Contains(zone, link.Name);
        Assert.Equal(deployment.The(Network).Id, link.Text("properties.virtualNetwork.id"));
        Assert.False(link.Flag("properties.registrationEnabled"));
    }

    [Fact]
    public async Task The_app_has_a_subnet_of_its_own_which_is_Flex_Consumptions()
    {
        var deployment = await templates.FullAsync();
        var app = Subnet(deployment, "app");
        Assert.Equal("10.99.0.0/26", app.Text("properties.addressPrefix"));
        Assert.Equal("Microsoft.App/environments", Assert.Single(app.PartsAt("properties.delegations")).Text("properties.serviceName"));
        Assert.Contains(".outputs.appSubnetId.value", deployment.The("Microsoft.Web/sites").Text("properties.virtualNetworkSubnetId"));
        Assert.Equal("10.99.0.64/26", Subnet(deployment, "endpoints").Text("properties.addressPrefix"));
    }

    [Fact]
    public async Task The_app_goes_out_to_Truto_from_one_address()
    {
        var deployment = await templates.FullAsync();
        var gateway = deployment.The("Microsoft.Network/natGateways");
        Assert.Equal(gateway.Id, Subnet(deployment, "app").Text("properties.natGateway.id"));
        var address = deployment.The("Microsoft.Network/publicIPAddresses");
        Assert.Equal(address.Id, Assert.Single(gateway.PartsAt("properties.publicIpAddresses")).Id);
        Assert.Equal("Static", address.Text("properties.publicIPAllocationMethod"));
        Assert.Null(Subnet(deployment, "endpoints").At("properties.natGateway"));
    }

    private static PredictedResource Subnet(Deployment deployment, string name) =>
        Assert.Single(deployment.The(Network).PartsAt("properties.subnets"), subnet => subnet.Name == name);
}
