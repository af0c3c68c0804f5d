using Infra.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Truto;
using UserSync;
using UserSync.Processing;
using UserSync.Receiving;

namespace Infra.Tests.Bicep;

public sealed class SettingsTests(Templates templates)
{
    private static readonly string[] Names =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__accountName",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsStorage__credential",
        "KeyVault__Uri",
        "Limits__AccountRequests",
        "Limits__TokenRequests",
        "Processing__Retention",
        "Receiving__PublicUrl",
        "Truto__BaseAddress",
    ];

    [Fact]
    public async Task The_template_writes_exactly_these_settings()
    {
        var settings = Settings(await templates.MinimalAsync());
        Assert.Equal("appsettings", settings.OwnName);
        Assert.Equal(Names, settings.NamesAt("properties").Order(StringComparer.Ordinal));
        Assert.Equal(Names, Settings(await templates.FullAsync()).NamesAt("properties").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_lists_exactly_these_settings()
    {
        var table = new Markdown(Repository.Read("infra/README.md")).Table("## App settings");
        Assert.Equal(Names, table.Select(row => row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_storage_account_is_named_and_reached_with_the_identity()
    {
        var deployment = await templates.MinimalAsync();
        var settings = Settings(deployment);
        var account = deployment.The("Microsoft.Storage/storageAccounts");
        Assert.Equal(account.Name, settings.Text("properties.AzureWebJobsStorage__accountName"));
        Assert.Equal("managedidentity", settings.Text("properties.AzureWebJobsStorage__credential"));
        AssertClientId(settings.Text("properties.AzureWebJobsStorage__clientId"));
        AssertClientId(settings.Text("properties.AZURE_CLIENT_ID"));
    }

    [Fact]
    public async Task Application_Insights_is_named_and_reached_with_the_identity()
    {
        var deployment = await templates.MinimalAsync();
        var settings = Settings(deployment);
        var component = deployment.The("Microsoft.Insights/components");
        Assert.Equal(
            $"[reference('{component.Id}', '2020-02-02').ConnectionString]",
            settings.Text("properties.APPLICATIONINSIGHTS_CONNECTION_STRING"));
        var authentication = settings.Text("properties.APPLICATIONINSIGHTS_AUTHENTICATION_STRING");
        Assert.StartsWith("[format('ClientId={0};Authorization=AAD', ", authentication);
        Assert.Contains("'identity-{0}'", authentication);
    }

    [Fact]
    public async Task The_vault_is_the_one_that_is_deployed()
    {
        var address = Settings(await templates.MinimalAsync()).Text("properties.KeyVault__Uri");
        Assert.Contains("'vault-{0}'", address);
        Assert.EndsWith(".outputs.uri.value]", address);
        var vault = (await templates.MainAsync()).Of("vault");
        Assert.Equal("[reference('vault').vaultUri]", vault.Outputs["uri"]["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Senders_are_believed_to_call_the_app_at_its_own_address_unless_another_is_given()
    {
        var deployment = await templates.MinimalAsync();
        Assert.Equal(
            $"[format('https://{{0}}', reference('{deployment.The("Microsoft.Web/sites").Id}', '2025-03-01').defaultHostName)]",
            Settings(deployment).Text("properties.Receiving__PublicUrl"));
        Assert.Equal("https://hooks.contoso.com", Settings(await templates.FullAsync()).Text("properties.Receiving__PublicUrl"));
    }

    [Fact]
    public async Task The_app_reads_the_settings_as_they_were_asked_for()
    {
        using var app = Start(Settings(await templates.FullAsync()));
        Assert.Equal(new Uri("https://hooks.contoso.com"), Read<ReceivingOptions>(app).PublicUrl);
        Assert.Equal(new Uri("https://truto.contoso.com/"), Read<TrutoOptions>(app).BaseAddress);
        Assert.Equal(7, Read<LimitOptions>(app).AccountRequests);
        Assert.Equal(70, Read<LimitOptions>(app).TokenRequests);
        Assert.Equal(TimeSpan.FromDays(7), Read<ProcessingOptions>(app).Retention);
    }

    [Fact]
    public async Task What_is_not_asked_for_is_what_the_app_would_take_anyway()
    {
        using var app = Start(Settings(await templates.MinimalAsync()));
        Assert.Equal(new TrutoOptions().BaseAddress, Read<TrutoOptions>(app).BaseAddress);
        Assert.Equal(new LimitOptions().AccountRequests, Read<LimitOptions>(app).AccountRequests);
        Assert.Equal(new LimitOptions().TokenRequests, Read<LimitOptions>(app).TokenRequests);
        Assert.Equal(new ProcessingOptions().Retention, Read<ProcessingOptions>(app).Retention);
    }

    [Theory]
    [InlineData("accountRequests", "Limits:AccountRequests", "{0}")]
    [InlineData("tokenRequests", "Limits:TokenRequests", "{0}")]
    [InlineData("retentionDays", "Processing:Retention", "{0}.00:00:00")]
    public async Task A_parameter_takes_no_number_that_the_app_refuses_at_start(string parameter, string setting, string format)
    {
        var definition = (await templates.MainAsync()).Parameters[parameter];
        var least = definition["minValue"]!.GetValue<int>();
        var most = definition["maxValue"]!.GetValue<int>();
        Assert.Null(Refusal(setting, string.Format(null, format, least)));
        Assert.Null(Refusal(setting, string.Format(null, format, most)));
        Assert.Contains(setting, Refusal(setting, string.Format(null, format, least - 1)));
        Assert.Contains(setting, Refusal(setting, string.Format(null, format, most + 1)));
    }

    private static PredictedResource Settings(Deployment deployment) => deployment.The("Microsoft.Web/sites/config");

    private static void AssertClientId(string? value)
    {
        Assert.Contains("'identity-{0}'", value);
        Assert.EndsWith(".outputs.clientId.value]", value);
    }

    private static ServiceProvider Start(PredictedResource settings) =>
        Start(settings.NamesAt("properties").Select(name => KeyValuePair.Create(
            name.Replace("__", ":", StringComparison.Ordinal), settings.Text($"properties.{name}"))));

    private static ServiceProvider Start(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ServiceCollection()
            .AddLogging()
            .AddUserSync(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();

    private static T Read<T>(ServiceProvider app)
        where T : class =>
        app.GetRequiredService<IOptions<T>>().Value;

    private static string? Refusal(string setting, string value)
    {
        using var app = Start([KeyValuePair.Create(setting, (string?)value)]);
        try
        {
            app.GetRequiredService<IStartupValidator>().Validate();
            return null;
        }
        catch (OptionsValidationException refusal)
        {
            return refusal.Message;
        }
    }
}
