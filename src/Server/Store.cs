using UserSync.Azure;
using UserSync.Sqlite;

namespace Server;

/// <summary>Where the server keeps the queue, the ledgers and the outcomes.</summary>
internal static class Store
{
    /// <summary>The setting that chooses.</summary>
    internal const string Setting = "Store";

    /// <summary>Adds the store that the configuration chooses: <c>sqlite</c>, the default, or <c>azure</c>.</summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    internal static IServiceCollection AddStore(this IServiceCollection services, IConfiguration configuration) => configuration[Setting] switch
    {
        null or "" or "sqlite" => services.AddSqliteStore(configuration),
        "azure" => services.AddAzureStore(configuration),
        var other => throw new InvalidOperationException($"{Setting} is \"{other}\"; it can be \"sqlite\" or \"azure\"."),
    };
}
