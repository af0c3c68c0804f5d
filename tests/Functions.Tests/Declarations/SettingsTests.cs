using Functions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UserSync;
using UserSync.Azure;
using UserSync.Secrets;
using UserSync.Sources;

namespace Functions.Tests.Declarations;

public sealed class SettingsTests
{
    [Fact]
    public void The_sample_names_the_emulator_and_the_isolated_worker()
    {
        Assert.Equal("UseDevelopmentStorage=true", Shipped.SampleSettings["AzureWebJobsStorage"]);
        Assert.Equal("dotnet-isolated", Shipped.SampleSettings["FUNCTIONS_WORKER_RUNTIME"]);
    }

    [Fact]
    public void The_docs_list_every_setting_of_the_sample()
    {
        var listed = Shipped.DocsTable("Settings").Select(row => row[0]).ToList();

        Assert.All(
            Shipped.SampleSettings.Keys,
            name => Assert.Contains(name.StartsWith("Secrets__", StringComparison.Ordinal) ? "Secrets__<NAME>" : name, listed));
    }

    [Fact]
    public async Task The_sample_is_enough_for_the_app_to_start_with_the_sources_that_ship()
    {
        await using var services = Start(Shipped.SampleSettings);

        services.GetRequiredService<IStartupValidator>().Validate();
        var sources = services.GetRequiredService<SourceCatalog>();
        Assert.Empty(sources.Findings.Errors);
        Assert.NotEmpty(sources.All);
        foreach (var secret in sources.All.SelectMany(source => source.Secrets))
        {
            Assert.NotEmpty(await services.GetRequiredService<ISecretStore>().GetAsync(secret, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Sources_are_read_from_beside_the_program_wherever_the_host_starts_it()
    {
        await using var services = Start(Shipped.SampleSettings, sources: null);

        Assert.Equal(
            Path.Combine(AppContext.BaseDirectory, "sources"), services.GetRequiredService<IOptions<SourcesOptions>>().Value.Folder);
    }

    [Fact]
    public async Task A_queue_that_no_trigger_looks_at_is_refused()
    {
        await using var services = Start(With("AzureStorage__QueueName", "other-changes"));

        Assert.Contains("AzureStorage:QueueName can only be user-changes in Azure Functions.", Refusal(services), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AzureStorage__ConnectionString", "UseDevelopmentStorage=true")]
    [InlineData("AzureStorage__AccountName", "another")]
    [InlineData("AzureStorage__QueueServiceUri", "https://another.queue.core.windows.net")]
    [InlineData("AzureStorage__BlobServiceUri", "https://another.blob.core.windows.net")]
    [InlineData("AzureStorage__TableServiceUri", "https://another.table.core.windows.net")]
    public async Task An_account_that_no_trigger_looks_at_is_refused(string name, string value)
    {
        await using var services = Start(With(name, value));

        Assert.Contains(
            "AzureStorage can name no account in Azure Functions: the store is in the host's own, AzureWebJobsStorage.",
            Refusal(services),
            StringComparison.Ordinal);
    }

    private static Dictionary<string, string> With(string name, string value) =>
        new(Shipped.SampleSettings, StringComparer.OrdinalIgnoreCase) { [name] = value };

    private static string Refusal(ServiceProvider services) =>
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate()).Message;

    private static ServiceProvider Start(IReadOnlyDictionary<string, string> settings, string? sources = "Shipped/sources")
    {
        // As the host hands them over: as variables of the environment.
        var values = settings.Select(
            setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([.. values, .. sources is null ? [] : new[] { KeyValuePair.Create("Sources:Folder", (string?)sources) }])
            .Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddUserSync(configuration)
            .AddAzureStore(configuration)
            .AddHostSettings(configuration)
            .BuildServiceProvider();
    }
}
