using Microsoft.Data.Sqlite;
using UserSync.Sqlite;
using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

/// <summary>What is gathered for the log is in the file when a commit is done: for those who know nothing of the gathering, too.</summary>
public sealed class GatheredLogTests : IDisposable
{
    // As the product's writer, but for the log, which is copied back often.
    private const string Settings =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = 4; PRAGMA cache_spill = OFF; PRAGMA wal_autocheckpoint = 200;";

    private const string Insert = "INSERT INTO notes (content) VALUES (zeroblob(?1))";
    private const string Change = "UPDATE notes SET content = zeroblob(length(content) + 1) WHERE id % 3 = 0";
    private const string Remove = "DELETE FROM notes WHERE id % 7 = 0";
    private const string Sum = "SELECT count(*), ifnull(sum(length(content)), 0) FROM notes";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("truto-user-sync-");

    private string File => Path.Combine(folder.FullName, "store.db");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_commit_is_in_the_file_and_what_was_taken_back_is_not()
    {
        var random = new Random(1);
        System.IO.File.WriteAllBytes(File, []);
        using var session = new SqliteSession(File, Settings, GatheredLog.Name);
        session.RunScript("CREATE TABLE notes (id INTEGER PRIMARY KEY, content BLOB NOT NULL)");
        for (var i = 0; i < 60; i++)
        {
            var before = Others();
            session.Run("BEGIN IMMEDIATE");
            for (var count = random.Next(40); count >= 0; count--)
            {
                session.Run(Insert, random.Next(20) == 0 ? random.Next(200_000) : random.Next(5000));
            }

            _ = session.Run(Change) + session.Run(Remove);
            var own = Read(session);
            Assert.Equal(before, Others());
            if (random.Next(3) == 0)
            {
                session.Run("ROLLBACK");
                Assert.Equal(before, Read(session));
                own = before;
            }
            else
            {
                session.Run("COMMIT");
            }

            Assert.Equal(own, Others());
        }

        Assert.Equal("ok", Ask<string>(File, "PRAGMA integrity_check"));
    }

    [Fact]
    public void What_was_committed_is_there_when_the_process_has_died()
    {
        System.IO.File.WriteAllBytes(File, []);
        using var session = new SqliteSession(File, Settings, GatheredLog.Name);
        session.RunScript("CREATE TABLE notes (id INTEGER PRIMARY KEY, content BLOB NOT NULL)");
        for (var i = 1; i <= 20; i++)
        {
            session.Run(Insert, 3000L * i);
            var copy = Path.Combine(folder.FullName, $"copy{i}.db");
            System.IO.File.Copy(File, copy);
            System.IO.File.Copy($"{File}-wal", $"{copy}-wal");

            Assert.Equal(i, Ask<long>(copy, "SELECT count(*) FROM notes"));
        }
    }

    [Fact]
    public async Task What_is_taken_back_is_never_written_over_what_another_process_has_committed_since()
    {
        const int Rows = 1500;
        var cancellation = TestContext.Current.CancellationToken;
        using var database = SqliteDatabase.Open(File);
        await database.WriteAsync(
            session =>
            {
                session.RunScript("CREATE TABLE notes (id INTEGER PRIMARY KEY, content BLOB NOT NULL)");
                for (var i = 0; i < Rows; i++)
                {
                    session.Run(Insert, 3000L);
                }

                return true;
            },
            cancellation);

        // Each row has a page of its own. Of these numbers of pages, the cache has room for the first and not for the last.
        for (var pages = 800; pages <= 1200; pages += 10)
        {
            await Assert.ThrowsAsync<IOException>(() => database.WriteAsync<bool>(
                session =>
                {
                    Assert.Equal(pages, session.Run("UPDATE notes SET content = randomblob(3000) WHERE id <= ?1", (long)pages));
                    throw new IOException("The disk failed.");
                },
                cancellation));
            using (var other = Open(File))
            {
                using var command = other.CreateCommand();
                command.CommandText = $"UPDATE notes SET content = zeroblob({pages}) WHERE id <= 100";
                Assert.Equal(100, command.ExecuteNonQuery());
            }

            await database.WriteAsync(session => session.Run(Insert, 1L), cancellation);

            Assert.Equal(100, Ask<long>(File, $"SELECT count(*) FROM notes WHERE content = zeroblob({pages})"));
            Assert.Equal(Rows - 100, Ask<long>(File, "SELECT count(*) FROM notes WHERE content = zeroblob(3000)"));
        }

        Assert.Equal("ok", Ask<string>(File, "PRAGMA integrity_check"));
    }

    [Fact]
    public void What_a_process_that_was_killed_has_left_in_the_log_is_in_the_file_once_the_next_has_begun()
    {
        using (SqliteDatabase.Open(File))
        {
        }

        using (var killed = Open(File))
        {
            using var command = killed.CreateCommand();
            command.CommandText = "CREATE TABLE notes (content BLOB NOT NULL); INSERT INTO notes VALUES (zeroblob(3000000))";
            command.ExecuteNonQuery();
            System.IO.File.Copy(File, File + "2");
            System.IO.File.Copy($"{File}-wal", $"{File}2-wal");
        }

        Assert.InRange(new FileInfo($"{File}2").Length, 0, 1_000_000);
        using var database = SqliteDatabase.Open(File + "2");

        Assert.InRange(new FileInfo($"{File}2").Length, 3_000_000, long.MaxValue);
        Assert.InRange(new FileInfo($"{File}2-wal").Length, 0, 1_000_000);
        Assert.Equal(3_000_000, Ask<long>(File + "2", "SELECT length(content) FROM notes"));
    }

    private static (long Count, long Bytes) Read(SqliteSession session)
    {
        using var rows = session.Query(Sum);
        rows.Read();
        return (rows.GetInt64(0), rows.GetInt64(1));
    }

    private static T Ask<T>(string file, string query)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (T)command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private (long Count, long Bytes) Others()
    {
        using var connection = Open(File);
        using var command = connection.CreateCommand();
        command.CommandText = Sum;
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
