using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UserSync.Fetching;

namespace UserSync.Tests.Support;

/// <summary>The product as hosts put it together, with real connections.</summary>
internal static class TestServices
{
    internal static RecordFetcher Fetcher(this IServiceProvider services) => services.GetRequiredService<RecordFetcher>();

    internal static ServiceProvider Build(IEnumerable<(string Name, string Value)> settings, Action<IServiceCollection, IConfiguration>? configure = null)
    {
        // On a machine that is busy with other tests, a server of a test may be slow to answer.
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Fetching:Timeout", (string?)"00:00:30")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection().AddLogging();
        configure?.Invoke(services, configuration);
        return services.AddUserSync(configuration).BuildServiceProvider();
    }

    /// <summary>What is said of the settings of a section when the product starts.</summary>
    internal static IReadOnlyList<string> Failures<TOptions>(string section, IEnumerable<(string Name, string Value)> settings)
        where TOptions : class
    {
        using var services = Build(settings.Select(setting => ($"{section}:{setting.Name}", setting.Value)));
        try
        {
            Assert.NotNull(services.GetRequiredService<IOptions<TOptions>>().Value);
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
