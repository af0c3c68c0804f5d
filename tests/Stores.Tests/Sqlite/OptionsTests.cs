using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

public sealed class OptionsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("options-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_host_adds_the_store_and_closes_it_with_the_container()
    {
        var path = Path.Combine(folder.FullName, "test.db");
        await using (var services = Build(path))
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            Assert.IsType<SqliteLedgerStore>(services.GetRequiredService<ILedgerStore>());
            Assert.IsType<SqliteOutcomeStore>(services.GetRequiredService<IOutcomeStore>());
            await services.GetRequiredService<IChangeQueue>().EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation);
            Assert.True(File.Exists($"{path}-wal"));
        }

        await using var again = Build(path);
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
        Assert.Equal(1, (await again.GetRequiredService<IChangeQueue>().MeasureAsync(Cancellation)).Messages);
    }

    [Fact]
    public void Without_configuration_the_file_is_in_the_working_directory()
    {
        using var services = Build(null);

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal("truto-user-sync.db", services.GetRequiredService<IOptions<SqliteOptions>>().Value.Path);
    }

    [Theory]
    [InlineData("", "Sqlite:Path is empty; name the database's file, for example \"truto-user-sync.db\".")]
    [InlineData("  ", "Sqlite:Path is empty; name the database's file, for example \"truto-user-sync.db\".")]
    [InlineData("a\0b", "Sqlite:Path has a character that no path can have.")]
    [InlineData(":memory:", "Sqlite:Path has to be a file's path; \":memory:\" is a name that SQLite takes for something else.")]
    [InlineData("file:x?mode=memory", "Sqlite:Path has to be a file's path; \"file:x?mode=memory\" is a name that SQLite takes for something else.")]
    [InlineData("data/", "Sqlite:Path has to be a file; \"data/\" is a folder.")]
    [InlineData("/", "Sqlite:Path has to be a file; \"/\" is a folder.")]
    [InlineData(".", "Sqlite:Path has to be a file; \".\" is a folder.")]
    public void A_path_that_cannot_be_meant_is_refused_at_start(string path, string message)
    {
        using var services = Build(path);

        Assert.Equal(message, Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate).Message);
    }

    private static ServiceProvider Build(string? path)
    {
        KeyValuePair<string, string?>[] settings = path is null ? [] : [new("Sqlite:Path", path)];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddSqliteStore(configuration).BuildServiceProvider();
    }
}
