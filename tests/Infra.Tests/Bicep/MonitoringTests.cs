using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class MonitoringTests(Templates templates)
{
    private const string Workspace = "Microsoft.OperationalInsights/workspaces";
    private const string Insights = "Microsoft.Insights/components";
    private const string Diagnostics = "Microsoft.Insights/diagnosticSettings";

    [Fact]
    public async Task Telemetry_is_taken_from_identities_only()
    {
        var deployment = await templates.MinimalAsync();
        Assert.True(deployment.The(Insights).Flag("properties.DisableLocalAuth"));
        Assert.True(deployment.The(Workspace).Flag("properties.features.disableLocalAuth"));
    }

    [Fact]
    public async Task Application_Insights_keeps_everything_in_the_workspace_and_no_addresses_of_callers()
    {
        var deployment = await templates.MinimalAsync();
        Assert.Equal(deployment.The(Workspace).Id, deployment.The(Insights).Text("properties.WorkspaceResourceId"));
        Assert.Equal("LogAnalytics", deployment.The(Insights).Text("properties.IngestionMode"));
        Assert.False(deployment.The(Insights).Flag("properties.DisableIpMasking"));
    }

    [Fact]
    public async Task Logs_are_kept_and_taken_as_asked_for()
    {
        var minimal = (await templates.MinimalAsync()).The(Workspace);
        Assert.Equal(30, minimal.Number("properties.retentionInDays"));
        Assert.Equal(5, minimal.Number("properties.workspaceCapping.dailyQuotaGb"));

        var full = (await templates.FullAsync()).The(Workspace);
        Assert.Equal(60, full.Number("properties.retentionInDays"));
        Assert.Equal(-1, full.Number("properties.workspaceCapping.dailyQuotaGb"));
    }

    [Theory]
    [InlineData("Microsoft.KeyVault/vaults", "AuditEvent")]
    [InlineData("Microsoft.Web/sites", "FunctionAppLogs")]
    public async Task Who_reads_secrets_and_what_the_host_says_is_logged(string type, string category)
    {
        var settings = DiagnosticsOf(await templates.MinimalAsync(), type);
        Assert.Equal([(category, true)], Categories(settings, "logs"));
        Assert.Equal([("AllMetrics", true)], Categories(settings, "metrics"));
    }

    [Theory]
    [InlineData("blobServices")]
    [InlineData("queueServices")]
    [InlineData("tableServices")]
    public async Task Access_to_stored_data_is_measured_always_and_logged_where_asked_for(string service)
    {
        var type = $"Microsoft.Storage/storageAccounts/{service}";
        foreach (var (deployment, isLogged) in new[] { (await templates.MinimalAsync(), false), (await templates.FullAsync(), true) })
        {
            var settings = DiagnosticsOf(deployment, type);
            Assert.Equal(
                [("StorageRead", isLogged), ("StorageWrite", isLogged), ("StorageDelete", isLogged)],
                Categories(settings, "logs"));
            Assert.Equal([("Transaction", true)], Categories(settings, "metrics"));
        }
    }

    [Fact]
    public async Task All_of_it_goes_to_the_workspace()
    {
        var settings = (await templates.MinimalAsync()).OfType(Diagnostics).ToArray();
        Assert.Equal(5, settings.Length);
        Assert.All(settings, setting =>
        {
            Assert.Contains("'monitoring-{0}'", setting.Text("properties.workspaceId"));
            Assert.EndsWith(".outputs.workspaceId.value]", setting.Text("properties.workspaceId"));
        });
    }

    private static PredictedResource DiagnosticsOf(Deployment deployment, string type)
    {
        var beginning = $"{deployment.The(type).Id}/providers/{Diagnostics}/";
        return Assert.Single(deployment.OfType(Diagnostics), setting => setting.Id.StartsWith(beginning, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Category, bool IsOn)> Categories(PredictedResource settings, string kind) =>
        settings.PartsAt($"properties.{kind}").Select(part => (part.Text("category")!, part.Flag("enabled") == true));
}
