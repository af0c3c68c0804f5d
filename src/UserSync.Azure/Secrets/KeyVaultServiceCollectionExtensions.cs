using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Secrets;
using UserSync.Telemetry;

namespace UserSync.Azure.Secrets;

/// <summary>Reads secrets from Azure Key Vault.</summary>
public static class KeyVaultServiceCollectionExtensions
{
    /// <summary>
    /// Makes Key Vault the <see cref="ISecretStore"/>, where the section <see cref="KeyVaultOptions.SectionName"/> is configured. Where it
    /// is not, this does nothing, and secrets go on to come from configuration. It may come before or after <c>AddUserSync</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's configuration.</param>
    public static IServiceCollection AddKeyVaultSecrets(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(KeyVaultOptions.SectionName);
        if (!section.GetChildren().Any())
        {
            return services;
        }

        services.AddOptions<KeyVaultOptions>()
            .Bind(section)
            .PostConfigure(options =>
            {
                options.IsInAzure = AzureIdentity.IsInAzure(configuration);
                options.ManagedIdentityClientId ??= AzureIdentity.ClientId(configuration);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeyVaultOptions>, KeyVaultOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.RemoveAll<ISecretStore>();
        services.AddSingleton<ISecretStore>(provider => KeyVaultSecretStore.Open(
            provider.GetRequiredService<IOptions<KeyVaultOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KeyVaultSecretStore>>(),
            metrics: provider.GetService<UserSyncMetrics>()));
        return services;
    }
}
