using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class FirstDeploymentTests(Templates templates)
{
    private const string AlwaysReady = "properties.functionAppConfig.scaleAndConcurrency.alwaysReady";

    [Fact]
    public async Task It_needs_nothing_and_keeps_an_instance_ready_for_senders_that_wait_for_seconds()
    {
        var deployment = await templates.FirstAsync();
        Assert.Equal("rg-usersync", deployment.The("Microsoft.Resources/resourceGroups").Name);
        var ready = Assert.Single(deployment.The("Microsoft.Web/sites").PartsAt(AlwaysReady));
        Assert.Equal(("http", 1), (ready.Name, ready.Number("instanceCount")));
        Assert.DoesNotContain(deployment.Resources, resource => resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_takes_everything_that_azd_and_the_workflow_set()
    {
        var deployment = await templates.FirstAsync(
            ("AZURE_ENV_NAME", "contoso"),
            ("AZURE_LOCATION", "swedencentral"),
            ("VAULT_OFFICER_PRINCIPAL_ID", Templates.Officer),
            ("VAULT_OFFICER_PRINCIPAL_TYPE", "Group"),
            ("ALERT_EMAIL", "operators@contoso.com"),
            ("PUBLIC_URL", "https://hooks.contoso.com"),
            ("ALWAYS_READY_HTTP", "0"),
            ("PRIVATE_NETWORKING", "true"));
        Assert.Equal("rg-contoso", deployment.The("Microsoft.Resources/resourceGroups").Name);
        Assert.Equal("swedencentral", deployment.The("Microsoft.Web/sites").Text("location"));
        var roles = deployment.OfType("Microsoft.Authorization/roleAssignments");
        var officer = Assert.Single(roles, role => role.Text("properties.principalId") == Templates.Officer);
        Assert.Equal("Group", officer.Text("properties.principalType"));
        var receiver = Assert.Single(deployment.The("Microsoft.Insights/actionGroups").PartsAt("properties.emailReceivers"));
        Assert.Equal("operators@contoso.com", receiver.Text("emailAddress"));
        Assert.Equal("https://hooks.contoso.com", deployment.The("Microsoft.Web/sites/config").Text("properties.Receiving__PublicUrl"));
        Assert.Empty(deployment.The("Microsoft.Web/sites").PartsAt(AlwaysReady));
        Assert.Equal("Disabled", deployment.The("Microsoft.KeyVault/vaults").Text("properties.publicNetworkAccess"));
    }

    [Fact]
    public async Task Whoever_fills_the_vault_is_a_person_unless_it_says_otherwise()
    {
        var deployment = await templates.FirstAsync(("VAULT_OFFICER_PRINCIPAL_ID", Templates.Officer));
        var roles = deployment.OfType("Microsoft.Authorization/roleAssignments");
        var officer = Assert.Single(roles, role => role.Text("properties.principalId") == Templates.Officer);
        Assert.Equal("User", officer.Text("properties.principalType"));
    }

    [Fact]
    public void These_are_all_the_variables_that_it_reads_and_the_page_lists_them()
    {
        Assert.Equal(
            [
                "ALERT_EMAIL", "ALWAYS_READY_HTTP", "AZURE_ENV_NAME", "AZURE_LOCATION", "PRIVATE_NETWORKING", "PUBLIC_URL",
                "VAULT_OFFICER_PRINCIPAL_ID", "VAULT_OFFICER_PRINCIPAL_TYPE",
            ],
            Templates.Variables.Order());
        var table = new Markdown(Repository.Read("infra/README.md")).Table("### Variables of `main.bicepparam`");
        Assert.Equal(Templates.Variables.Order(), table.Select(row => row[0]).Order());
    }
}
