using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class StorageTests(Templates templates)
{
    private const string Account = "Microsoft.Storage/storageAccounts";

    [Fact]
    public async Task The_account_has_no_keys_to_lose()
    {
        var account = (await templates.MinimalAsync()).The(Account);
        Assert.False(account.Flag("properties.allowSharedKeyAccess"));
        Assert.True(account.Flag("properties.defaultToOAuthAuthentication"));
        Assert.False(account.Flag("properties.allowCrossTenantReplication"));
    }

    [Fact]
    public async Task Nothing_in_it_is_public()
    {
        var deployment = await templates.MinimalAsync();
        Assert.False(deployment.The(Account).Flag("properties.allowBlobPublicAccess"));
        var containers = deployment.OfType($"{Account}/blobServices/containers").ToArray();
        Assert.NotEmpty(containers);
        Assert.All(containers, container => Assert.Equal("None", container.Text("properties.publicAccess")));
    }

    [Fact]
    public async Task It_is_reached_with_TLS_1_2_or_better()
    {
        var account = (await templates.MinimalAsync()).The(Account);
        Assert.True(account.Flag("properties.supportsHttpsTrafficOnly"));
        Assert.Equal("TLS1_2", account.Text("properties.minimumTlsVersion"));
    }

    [Fact]
    public async Task It_is_a_general_purpose_account_with_as_many_copies_as_asked_for()
    {
        Assert.Equal("StorageV2", (await templates.MinimalAsync()).The(Account).Text("kind"));
        Assert.Equal("Standard_ZRS", (await templates.MinimalAsync()).The(Account).Text("sku.name"));
        Assert.Equal("Standard_GZRS", (await templates.FullAsync()).The(Account).Text("sku.name"));
    }

    [Theory]
    [InlineData("queueServices/queues", "user-changes", "user-changes-poison")]
    [InlineData("tableServices/tables", "userdirectories", "userledgers", "useroutcomes", "userupdates")]
    [InlineData("blobServices/containers", "deployments", "user-changes")]
    public async Task It_holds_what_the_app_and_its_host_use_and_nothing_else(string service, params string[] names)
    {
        var parts = (await templates.MinimalAsync()).OfType($"{Account}/{service}");
        Assert.Equal(names, parts.Select(part => part.OwnName).Order());
    }

    [Fact]
    public async Task Personal_data_that_the_app_deletes_is_gone_at_once()
    {
        var blobs = (await templates.MinimalAsync()).The($"{Account}/blobServices");
        Assert.False(blobs.Flag("properties.deleteRetentionPolicy.enabled"));
        Assert.Null(blobs.At("properties.isVersioningEnabled"));
    }
}
