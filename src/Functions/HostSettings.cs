using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UserSync.Azure;
using UserSync.Sources;

namespace Functions;

/// <summary>What is different where the Functions host runs the program.</summary>
internal static class HostSettings
{
    private static readonly string[] Accounts =
    [
        nameof(AzureStorageOptions.ConnectionString),
        nameof(AzureStorageOptions.AccountName),
        nameof(AzureStorageOptions.QueueServiceUri),
        nameof(AzureStorageOptions.BlobServiceUri),
        nameof(AzureStorageOptions.TableServiceUri),
    ];

    /// <summary>Adds the settings of this host.</summary>
    /// <param name="services">The services, the product's and the store's among them.</param>
    /// <param name="configuration">The host's configuration.</param>
    internal static IServiceCollection AddHostSettings(this IServiceCollection services, IConfiguration configuration)
    {
        // What is deployed lies beside the program, wherever the host starts it.
        services.PostConfigure<SourcesOptions>(options => options.Folder = Path.GetFullPath(options.Folder, AppContext.BaseDirectory));

        // The triggers are compiled: what is queued elsewhere, nobody would ever process.
        services.AddOptions<AzureStorageOptions>()
            .Validate(
                options => options.QueueName == Queues.Changes,
                $"{AzureStorageOptions.SectionName}:{nameof(AzureStorageOptions.QueueName)} can only be {Queues.Changes} in Azure "
                + "Functions.")
            .Validate(
                _ => !Accounts.Any(name => !string.IsNullOrEmpty(configuration[$"{AzureStorageOptions.SectionName}:{name}"])),
                $"{AzureStorageOptions.SectionName} can name no account in Azure Functions: the store is in the host's own, "
                + $"{Queues.Connection}.");

        // The framework writes whole addresses, and some senders put their token into the query.
        return services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
    }
}
