using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Truto;
using UserSync.Directories;
using UserSync.Endpoints;
using UserSync.Fetching;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync;

/// <summary>Puts the product together, for every host the same.</summary>
public static class UserSyncServiceCollectionExtensions
{
    /// <summary>
    /// Adds the sources, receiving, mapping and processing. The host adds a store for the queue, the ledgers and the outcomes. It may
    /// add its own <see cref="ISecretStore"/> and <see cref="TimeProvider"/> before; otherwise secrets come from configuration and time
    /// from the system.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's configuration.</param>
    public static IServiceCollection AddUserSync(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<SourcesOptions>().Bind(configuration.GetSection(SourcesOptions.SectionName));
        services.AddOptions<ReceivingOptions>().Bind(configuration.GetSection(ReceivingOptions.SectionName)).ValidateOnStart();
        services.AddOptions<ProcessingOptions>().Bind(configuration.GetSection(ProcessingOptions.SectionName)).ValidateOnStart();
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection(LimitOptions.SectionName)).ValidateOnStart();
        services.AddOptions<FetchingOptions>().Bind(configuration.GetSection(FetchingOptions.SectionName)).ValidateOnStart();
        services.AddOptions<DirectoryOptions>().Bind(configuration.GetSection(DirectoryOptions.SectionName)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DirectoryOptions>, DirectoryOptionsValidator>();
        services.AddSingleton<IValidateOptions<FetchingOptions>, FetchingOptionsValidator>();
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>();
        services.AddSingleton<IValidateOptions<ReceivingOptions>, ReceivingOptionsValidator>();
        services.AddSingleton<IValidateOptions<ProcessingOptions>, ProcessingOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.TryAddSingleton<ISecretStore>(_ => new ConfigurationSecretStore(configuration));
        services.AddTruto(options => configuration.GetSection("Truto").Bind(options));

        // Each attempt is measured, and how each update ended is logged here; only what is tried again is news.
        services.AddLogging(logging => logging.AddFilter("Polly", LogLevel.Warning));
        services.AddHttpClient(JwksClient.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false })
            .RemoveAllLoggers();
        services.AddSingleton<JwksClient>();
        services.AddSingleton(provider => SourceCatalog.Load(
            provider.GetRequiredService<IOptions<SourcesOptions>>().Value.Folder,
            provider.GetRequiredService<JwksClient>(),
            provider.GetRequiredService<IOptions<ReceivingOptions>>().Value));
        AddFetchClient(services, FetchClients.Public, allowsPrivate: false);
        AddFetchClient(services, FetchClients.Private, allowsPrivate: true);
        services.AddMetrics();
        services.AddSingleton<UserSyncMetrics>();
        services.AddSingleton<RecordFetcher>();
        services.AddSingleton<RecordSupplier>();
        services.AddSingleton<UpdateSchedule>();
        services.AddSingleton<UpdateSender>();
        services.TryAddSingleton<IUpdateRecorder, UpdateRecorder>();
        services.AddSingleton<UserUpdater>();
        services.AddSingleton<DirectoryReader>();
        services.AddSingleton<UserFinder>();
        services.AddSingleton<ChangeProcessor>();
        services.AddSingleton<WaitingProcessor>();
        services.AddSingleton<MessageProcessor>();
        services.AddSingleton<WorkerProgress>();
        services.AddSingleton<Replayer>();
        services.AddSingleton<Housekeeping>();
        services.TryAddSingleton<IChangeIntake, ChangeIntake>();
        services.AddSingleton<WebhookEndpoint>();
        services.AddSingleton<EventsEndpoint>();
        services.AddSingleton<HealthEndpoint>();
        return services;
    }

    private static void AddFetchClient(IServiceCollection services, string name, bool allowsPrivate) => services.AddHttpClient(name)
        .ConfigurePrimaryHttpMessageHandler(() => AddressGuard.CreateHandler(allowsPrivate))

        // The handler renews its connections itself.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)

        // Addresses hold ids of people.
        .RemoveAllLoggers();
}
