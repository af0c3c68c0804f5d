using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UserSync.Directories;
using UserSync.Endpoints;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests;

public sealed class UserSyncServicesTests
{
    [Fact]
    public async Task With_a_store_everything_that_a_host_serves_can_be_made()
    {
        using var folder = new Folder();
        await using var services = Services(("Sources:Folder", folder.Path), ("Processing:MaxAttempts", "3"), ("Limits:AccountRequests", "7"));

        Assert.NotNull(services.GetRequiredService<WebhookEndpoint>());
        Assert.NotNull(services.GetRequiredService<EventsEndpoint>());
        Assert.NotNull(services.GetRequiredService<HealthEndpoint>());
        Assert.NotNull(services.GetRequiredService<MessageProcessor>());
        Assert.NotNull(ActivatorUtilities.CreateInstance<QueueWorker>(services));
        Assert.NotNull(ActivatorUtilities.CreateInstance<RetentionWorker>(services));
        Assert.Equal(folder.Path, services.GetRequiredService<SourceCatalog>().Folder);
        Assert.Equal((3, 7), (services.GetRequiredService<IOptions<ProcessingOptions>>().Value.MaxAttempts, services.GetRequiredService<IOptions<LimitOptions>>().Value.AccountRequests));
    }

    [Theory]
    [InlineData("Processing:MaxAttempts", "0", "Processing:MaxAttempts can be from 1 to 100.")]
    [InlineData("Limits:AccountRequests", "0", "Limits:AccountRequests is 0; it can be from 1 to 100000.")]
    [InlineData("Receiving:MaxEvents", "0", "Receiving:MaxEvents is 0; it can be from 1 to 100000.")]
    public async Task A_wrong_option_stops_the_start(string name, string value, string message)
    {
        await using var services = Services((name, value));

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(message, exception.Message);
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IChangeQueue>(new MemoryQueue(TimeProvider.System, Steps.None))
            .AddSingleton<ILedgerStore>(new MemoryLedgers(Steps.None, TimeProvider.System))
            .AddSingleton<IDirectoryStore>(new MemoryDirectories())
            .AddSingleton<IOutcomeStore>(new MemoryOutcomes(Steps.None))
            .AddUserSync(configuration)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
