using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;

namespace UserSync.Sqlite;

/// <summary>Makes SQLite the store.</summary>
public static class SqliteServiceCollectionExtensions
{
    /// <summary>
    /// Keeps the queue, the ledgers, the outcomes and the directories in one SQLite file, which is opened when the first of them is asked for and closed
    /// with the container.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's configuration; the section is <see cref="SqliteOptions.SectionName"/>.</param>
    /// <exception cref="SqliteStoreException">On the first use: the file cannot be opened.</exception>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<SqliteOptions>().Bind(configuration.GetSection(SqliteOptions.SectionName)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SqliteOptions>, SqliteOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SqliteDatabase.Open(
            provider.GetRequiredService<IOptions<SqliteOptions>>().Value.Path, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IChangeQueue, SqliteChangeQueue>();
        services.AddSingleton<ILedgerStore, SqliteLedgerStore>();
        services.AddSingleton<IOutcomeStore, SqliteOutcomeStore>();
        services.AddSingleton<IDirectoryStore, SqliteDirectoryStore>();
        services.Replace(ServiceDescriptor.Singleton<IChangeIntake, SqliteChangeIntake>());
        services.Replace(ServiceDescriptor.Singleton<IUpdateRecorder, SqliteUpdateRecorder>());
        return services;
    }
}
