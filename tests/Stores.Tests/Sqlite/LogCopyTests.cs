using Microsoft.Data.Sqlite;
using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

/// <summary>The log is copied back to the file while writing goes on, and then begins anew.</summary>
public sealed class LogCopyTests : IDisposable
{
    private const string Settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;";
    private const int MostPages = 50;
    private const int MostWrites = 20_000;
    private const int Bytes = 10_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("truto-user-sync-");

    private string Store => Path.Combine(folder.FullName, "store.db");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_comes_into_the_file_and_the_log_does_not_grow_with_it(bool isAlone)
    {
        await File.WriteAllBytesAsync(Store, [], TestContext.Current.CancellationToken);
        using var writer = new SqliteWriter(new SqliteSession(Store, Settings), new LogCopy(() => isAlone ? throw new SqliteException("no", 14) : Open(), MostPages));
        await writer.WriteAsync(session => session.Run("CREATE TABLE notes (content BLOB NOT NULL)"), TestContext.Current.CancellationToken);

        var writes = 0;
        while (!HasBegunAnew(writes) && writes < MostWrites)
        {
            await writer.WriteAsync(
                session => session.Run("INSERT INTO notes VALUES (zeroblob(?1))", (long)Bytes), TestContext.Current.CancellationToken);
            writes++;
        }

        Assert.True(writes < MostWrites, $"The file has {new FileInfo(Store).Length} bytes, its log {new FileInfo($"{Store}-wal").Length}.");
        using var session = Open();
        using var rows = session.Query("SELECT count(*) FROM notes");
        Assert.True(rows.Read());
        Assert.Equal(writes, rows.GetInt64(0));
    }

    private SqliteSession Open() => new(Store, Settings);

    /// <summary>Whether a good part is in the file, and four times as much has been written as the log has ever held.</summary>
    private bool HasBegunAnew(int writes)
    {
        var written = (long)writes * Bytes;
        return new FileInfo(Store).Length > written / 4 && written > 4 * new FileInfo($"{Store}-wal").Length;
    }
}
