using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Azure.Directories;
using UserSync.Azure.Ledger;
using UserSync.Azure.Outcomes;
using UserSync.Azure.Queue;
using UserSync.Azure.Storage;
using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;

namespace UserSync.Azure;

/// <summary>Keeps queue, ledgers and outcomes in an Azure storage account.</summary>
public static class AzureStoreServiceCollectionExtensions
{
    /// <summary>
    /// Adds the queue, the ledgers and the outcomes, and <see cref="LargeMessages"/> and <see cref="PoisonQueue"/> for a host that takes
    /// messages from the queue itself.
    /// The account is that of the section <see cref="AzureStorageOptions.SectionName"/>, otherwise the Functions host's
    /// (<c>AzureWebJobsStorage</c>). What is missing in it is created before its first use.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's configuration.</param>
    public static IServiceCollection AddAzureStore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<AzureStorageOptions>()
            .Bind(configuration.GetSection(AzureStorageOptions.SectionName))
            .PostConfigure(options => HostStorageSettings.Complete(options, configuration))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<AzureStorageOptions>, AzureStorageOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => StorageAccount.Open(
            provider.GetRequiredService<IOptions<AzureStorageOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LargeMessages(
            provider.GetRequiredService<StorageAccount>().Blobs, provider.GetRequiredService<ILogger<LargeMessages>>()));
        services.AddSingleton(provider => new PoisonQueue(provider.GetRequiredService<StorageAccount>()));
        services.AddSingleton<IChangeQueue>(provider => new AzureChangeQueue(
            provider.GetRequiredService<StorageAccount>(),
            provider.GetRequiredService<LargeMessages>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AzureChangeQueue>>()));
        services.AddSingleton<ILedgerStore>(provider => new AzureLedgerStore(provider.GetRequiredService<StorageAccount>()));
        services.AddSingleton<IOutcomeStore>(provider => new AzureOutcomeStore(
            provider.GetRequiredService<StorageAccount>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDirectoryStore>(provider => new AzureDirectoryStore(provider.GetRequiredService<StorageAccount>()));
        return services;
    }

    /// <summary>
    /// Keeps the keys of data protection in the store's container, for all instances of an app. The store has to be added too.
    /// </summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddAzureDataProtection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDataProtection().SetApplicationName("truto-user-sync");
        services.AddOptions<KeyManagementOptions>()
            .Configure<StorageAccount>((options, account) => options.XmlRepository = new ProtectionKeys(account.Container));

        // It warns that keys are not encrypted once more: they are in the same account as what they protect, under the same roles.
        return services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
    }
}
