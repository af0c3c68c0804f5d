using Microsoft.Data.Sqlite;
using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

/// <summary>What is gathered for the log is in the file when a commit is done: for those who know nothing of the gathering, too.</summary>
public sealed class GatheredLogTests : IDisposable
{
    // With room for so few pages, many are written before their commit, and read again.
    private const string Settings =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = 4; PRAGMA cache_spill = 1; PRAGMA wal_autocheckpoint = 200;";

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
        using var session = new SqliteSession(File, Settings);
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
        using var session = new SqliteSession(File, Settings);
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
