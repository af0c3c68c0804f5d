using Microsoft.Extensions.Time.Testing;
using Stores.Tests.Contract;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

/// <summary>A database in a folder of its own, with a clock that stands still until it is advanced.</summary>
public sealed class SqliteFixture : IStoreFixture
{
    // For what follows on the advanced clock, on other threads.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("stores-");
    private readonly List<SqliteDatabase> databases = [];
    private StoreSet? stores;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public string DatabasePath => PathOf("test.db");

    public SqliteDatabase Database => databases[0];

    public StoreSet Stores => stores!;

    public DateTimeOffset Now => Time.GetUtcNow();

    public async ValueTask InitializeAsync() => stores = await ReopenAsync();

    public async ValueTask PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await Task.Delay(Breath, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public ValueTask<StoreSet> ReopenAsync()
    {
        var database = SqliteDatabase.Open(DatabasePath, Time);
        databases.Add(database);
        return ValueTask.FromResult(new StoreSet(
            new SqliteChangeQueue(database, Time),
            new SqliteLedgerStore(database),
            new SqliteOutcomeStore(database),
            new SqliteChangeIntake(database, Time),
            new SqliteUpdateRecorder(database),
            new SqliteDirectoryStore(database)));
    }

    /// <summary>The path of another file in the folder.</summary>
    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Asks a database something that has one value as its answer.</summary>
    public static string Ask(SqliteDatabase database, string sql)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Read(session =>
        {
            using var reader = session.Query(sql);
            reader.Read();
            return reader.GetString(0);
        });
    }

    public ValueTask DisposeAsync()
    {
        databases.ForEach(database => database.Dispose());
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
