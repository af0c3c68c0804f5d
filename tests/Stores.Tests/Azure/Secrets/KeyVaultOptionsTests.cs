using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using UserSync;
using UserSync.Azure;
using UserSync.Azure.Secrets;
using UserSync.Secrets;

namespace Stores.Tests.Azure.Secrets;

public sealed class KeyVaultOptionsTests
{
    private const string ClientId = "7b0c1a52-6f0b-4f3e-9a55-2f8e3a1c0d11";
    private const string OtherClientId = "0b5e7a10-91c4-4a0f-8a61-5d0f5b8e2c22";

    [Fact]
    public void An_address_alone_is_enough()
    {
        var options = Read(("KeyVault:Uri", "https://example.vault.azure.net/"));

        Assert.Equal(TimeSpan.FromMinutes(5), options.RefreshAfter);
        Assert.Equal(TimeSpan.FromDays(1), options.KeepFor);
        Assert.Equal(TimeSpan.FromSeconds(30), options.MissingFor);
        Assert.Equal(TimeSpan.FromDays(7), options.Overlap);
        Assert.Equal(TimeSpan.FromSeconds(10), options.CallTimeout);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var options = Read(
            ("KeyVault:Uri", "https://example.vault.azure.net"),
            ("KeyVault:ManagedIdentityClientId", ClientId),
            ("KeyVault:RefreshAfter", "00:01:00"),
            ("KeyVault:KeepFor", "02:00:00"),
            ("KeyVault:MissingFor", "00:00:05"),
            ("KeyVault:Overlap", "00:00:00"),
            ("KeyVault:CallTimeout", "00:00:03"));

        Assert.Equal(ClientId, options.ManagedIdentityClientId);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromHours(2)), (options.RefreshAfter, options.KeepFor));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.Zero), (options.MissingFor, options.Overlap));
        Assert.Equal(TimeSpan.FromSeconds(3), options.CallTimeout);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() => Assert.Equal(
        [
            "KeyVault:Uri is missing: set the address of the vault, such as https://example.vault.azure.net.",
            "KeyVault:ManagedIdentityClientId is not the client id of an identity (a GUID).",
            "KeyVault:RefreshAfter is 00:00:01; it can be from 00:00:30 to 12:00:00.",
            "KeyVault:KeepFor is 31.00:00:00; it can be from 00:01:00 to 30.00:00:00.",
            "KeyVault:MissingFor is 00:00:00; it can be from 00:00:01 to 00:10:00.",
            "KeyVault:Overlap is -00:00:01; it can be from 00:00:00 to 90.00:00:00.",
            "KeyVault:CallTimeout is 00:02:00; it can be from 00:00:01 to 00:01:00.",
        ],
        Errors(
            ("KeyVault:ManagedIdentityClientId", "secret"),
            ("KeyVault:RefreshAfter", "00:00:01"),
            ("KeyVault:KeepFor", "31.00:00:00"),
            ("KeyVault:MissingFor", "00:00:00"),
            ("KeyVault:Overlap", "-00:00:01"),
            ("KeyVault:CallTimeout", "00:02:00")));

    [Fact]
    public void A_value_is_kept_at_least_as_long_as_it_serves() => Assert.Equal(
        ["KeyVault:KeepFor must be at least twice RefreshAfter."],
        Errors(
            ("KeyVault:Uri", "https://example.vault.azure.net"),
            ("KeyVault:RefreshAfter", "00:10:00"),
            ("KeyVault:KeepFor", "00:19:59")));

    [Theory]
    [InlineData("http://example.vault.azure.net")]
    [InlineData("example.vault.azure.net")]
    [InlineData("example")]
    [InlineData("https://example.vault.azure.net/secrets/token")]
    [InlineData("https://example.vault.azure.net/?secret")]
    [InlineData("https://user:secret@example.vault.azure.net/")]
    [InlineData("https://[secret")]
    public void What_is_not_the_address_of_a_vault_is_refused(string address) => Assert.Equal(
        ["KeyVault:Uri is not the https address of a vault, such as https://example.vault.azure.net."], Errors(("KeyVault:Uri", address)));

    [Fact]
    public async Task A_host_with_a_wrong_setting_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("KeyVault:Uri", "nonsense")]);
        builder.Services.AddKeyVaultSecrets(builder.Configuration);
        using var host = builder.Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Secrets_come_from_the_vault_whichever_is_added_first(bool isVaultFirst)
    {
        var configuration = Configure([("KeyVault:Uri", "https://example.vault.azure.net")]);
        var services = new ServiceCollection().AddLogging();
        services = isVaultFirst
            ? services.AddKeyVaultSecrets(configuration).AddUserSync(configuration)
            : services.AddUserSync(configuration).AddKeyVaultSecrets(configuration);
        using var provider = services.BuildServiceProvider();

        Assert.IsType<KeyVaultSecretStore>(Assert.Single(provider.GetServices<ISecretStore>()));
    }

    [Fact]
    public void Without_a_vault_secrets_come_from_configuration()
    {
        var configuration = Configure([]);
        var services = new ServiceCollection().AddLogging().AddKeyVaultSecrets(configuration).AddUserSync(configuration);
        using var provider = services.BuildServiceProvider();

        Assert.IsType<ConfigurationSecretStore>(Assert.Single(provider.GetServices<ISecretStore>()));
    }

    [Theory]
    [InlineData(null, null, null, typeof(DefaultAzureCredential))]
    [InlineData("IDENTITY_ENDPOINT", "http://127.0.0.1:1/", null, typeof(ManagedIdentityCredential))]
    [InlineData("AZURE_CLIENT_ID", OtherClientId, OtherClientId, typeof(DefaultAzureCredential))]
    [InlineData("KeyVault:ManagedIdentityClientId", ClientId, ClientId, typeof(DefaultAzureCredential))]
    public void In_Azure_it_is_the_managed_identity_and_elsewhere_whatever_the_developer_has(
        string? name, string? value, string? clientId, Type credential)
    {
        var options = Read(("KeyVault:Uri", "https://example.vault.azure.net"), (name ?? "other", value));

        Assert.Equal(clientId, options.ManagedIdentityClientId);
        Assert.IsType(credential, AzureIdentity.Credential(options.ManagedIdentityClientId, options.IsInAzure));
    }

    private static IConfiguration Configure((string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    private static KeyVaultOptions Read(params (string Name, string? Value)[] settings)
    {
        using var services = new ServiceCollection().AddLogging().AddKeyVaultSecrets(Configure(settings)).BuildServiceProvider();
        return services.GetRequiredService<IOptions<KeyVaultOptions>>().Value;
    }

    private static List<string> Errors(params (string Name, string? Value)[] settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures];
}
