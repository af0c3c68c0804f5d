using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class VaultTests(Templates templates)
{
    private const string Vault = "Microsoft.KeyVault/vaults";

    [Fact]
    public async Task Secrets_once_stored_cannot_be_destroyed_by_mistake_or_by_an_attacker()
    {
        var vault = (await templates.MinimalAsync()).The(Vault);
        Assert.True(vault.Flag("properties.enableSoftDelete"));
        Assert.True(vault.Flag("properties.enablePurgeProtection"));
        Assert.Equal(90, vault.Number("properties.softDeleteRetentionInDays"));
    }

    [Fact]
    public async Task Roles_say_who_reads_secrets_and_no_access_policies()
    {
        var vault = (await templates.MinimalAsync()).The(Vault);
        Assert.True(vault.Flag("properties.enableRbacAuthorization"));
        Assert.Null(vault.At("properties.accessPolicies"));
    }

    [Fact]
    public async Task No_template_deployment_disk_or_virtual_machine_gets_at_secrets_around_the_roles()
    {
        var vault = (await templates.MinimalAsync()).The(Vault);
        Assert.Equal("None", vault.Text("properties.networkAcls.bypass"));
        Assert.Equal(
            [
                "enablePurgeProtection", "enableRbacAuthorization", "enableSoftDelete", "networkAcls", "publicNetworkAccess", "sku",
                "softDeleteRetentionInDays", "tenantId",
            ],
            vault.NamesAt("properties"));
    }

    [Fact]
    public async Task It_belongs_to_the_tenant_of_the_deployment() =>
        Assert.Equal(Templates.Tenant, (await templates.MinimalAsync()).The(Vault).Text("properties.tenantId"));
}
