using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using UserSync.Fetching;

namespace UserSync.Tests.Support;

/// <summary>The product as hosts put it together, with real connections.</summary>
internal static class TestServices
{
    internal static RecordFetcher Fetcher(this IServiceProvider services) => services.GetRequiredService<RecordFetcher>();

    internal static ServiceProvider Build(IEnumerable<(string Name, string Value)> settings, Action<IServiceCollection, IConfiguration>? configure = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection().AddLogging();
        configure?.Invoke(services, configuration);
        return services.AddUserSync(configuration).BuildServiceProvider();
    }
}
