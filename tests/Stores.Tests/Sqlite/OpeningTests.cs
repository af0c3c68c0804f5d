using System.Runtime.Versioning;
using System.Text;
using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Sqlite;
using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

public sealed class OpeningTests : IDisposable
{
    private const string NoRights = "The program needs the right to write the file, the files beside it (-wal, -shm) and their folder.";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("opening-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string DatabasePath => Path.Combine(folder.FullName, "test.db");

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.UserWrite;
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void The_file_and_its_folders_are_created()
    {
        var path = Path.Combine(folder.FullName, "a", "b", "test.db");

        using var database = SqliteDatabase.Open(path);

        Assert.True(File.Exists(path));
        Assert.Equal(path, database.Path);
        Assert.Equal(path, database.ToString());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Nobody_but_the_owner_may_read_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        using var database = SqliteDatabase.Open(DatabasePath);
        await new SqliteLedgerStore(database).TryWriteAsync(new UserKey("account-1", "ada"), Samples.Ledger("a"), null, Cancellation);

        var files = folder.GetFiles();

        Assert.Equal(4, files.Length);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
    }

    [Fact]
    public async Task Every_commit_waits_for_the_disk()
    {
        using var database = SqliteDatabase.Open(DatabasePath);

        Assert.Equal("wal", SqliteFixture.Ask(database, "PRAGMA journal_mode"));
        Assert.Equal("2", await database.WriteAsync(session => Ask(session, "PRAGMA synchronous"), Cancellation));
    }

    [Fact]
    public async Task Many_may_open_a_new_file_at_the_same_time()
    {
        for (var round = 0; round < 5; round++)
        {
            var path = Path.Combine(folder.FullName, $"{round}.db");
            var opening = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                () => SqliteDatabase.Open(path), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            Array.ForEach(await Task.WhenAll(opening), database => database.Dispose());
        }
    }

    [Fact]
    public void A_path_below_a_file_is_refused()
    {
        File.WriteAllText(DatabasePath, "text");

        var message = MessageOf(Path.Combine(DatabasePath, "test.db"));

        Assert.Contains(DatabasePath, message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_may_not_be_written_is_refused()
    {
        SkipWhereEverythingIsAllowed();
        folder.UnixFileMode &= ~UnixFileMode.UserWrite;

        Assert.Equal($"Access to the path '{DatabasePath}' is denied.", MessageOf(DatabasePath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_may_only_be_read_is_refused(bool isKnown)
    {
        SkipWhereEverythingIsAllowed();
        if (isKnown)
        {
            SqliteDatabase.Open(DatabasePath).Dispose();
        }
        else
        {
            File.Create(DatabasePath).Dispose();
        }

        File.SetUnixFileMode(DatabasePath, UnixFileMode.UserRead);

        Assert.Equal(NoRights, MessageOf(DatabasePath));
    }

    [Fact]
    public void A_folder_is_no_database()
    {
        Directory.CreateDirectory(DatabasePath);

        Assert.NotEmpty(MessageOf(DatabasePath));
    }

    [Theory]
    [InlineData("Dear diary, today I was not a database. Nor will I be one tomorrow, however often somebody opens me.")]
    [InlineData("short")]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is(string content)
    {
        File.WriteAllText(DatabasePath, content);

        Assert.Equal("The file is not a SQLite database.", MessageOf(DatabasePath));
        Assert.Equal(content, File.ReadAllText(DatabasePath));
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        SqliteDatabase.Open(DatabasePath).Dispose();
        using (var file = File.OpenWrite(DatabasePath))
        {
            // Behind the header is the table of tables.
            file.Position = 100;
            file.Write(Encoding.ASCII.GetBytes(new string('x', 2000)));
        }

        Assert.Equal("The file is damaged: restore it from a backup.", MessageOf(DatabasePath));
    }

    [Theory]
    [InlineData("CREATE TABLE songs (title TEXT)")]
    [InlineData("PRAGMA application_id = 7")]
    [InlineData("PRAGMA user_version = 1")]
    public void A_database_of_another_program_is_refused_and_left_as_it_is(string script)
    {
        File.Create(DatabasePath).Dispose();
        using (new SqliteSession(DatabasePath, script))
        {
        }

        var content = File.ReadAllBytes(DatabasePath);

        Assert.Equal("The file is a database of another program.", MessageOf(DatabasePath));
        Assert.Equal(content, File.ReadAllBytes(DatabasePath));
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        SqliteDatabase.Open(DatabasePath).Dispose();
        var newer = SqliteSchema.Version + 1;
        using (new SqliteSession(DatabasePath, $"PRAGMA user_version = {newer}"))
        {
        }

        var content = File.ReadAllBytes(DatabasePath);

        Assert.Equal(
            $"A newer version of this program has written the file: its tables have version {newer}, and this program knows {newer - 1}.",
            MessageOf(DatabasePath));
        Assert.Equal(content, File.ReadAllBytes(DatabasePath));
    }

    [Fact]
    public void A_file_that_is_gone_is_not_created_by_whoever_reads()
    {
        using var database = SqliteDatabase.Open(DatabasePath);
        Array.ForEach(folder.GetFiles(), file => file.Delete());

        var exception = Assert.Throws<SqliteStoreException>(() => SqliteFixture.Ask(database, "SELECT 'x'"));

        Assert.Equal($"Nothing could be read. {NoRights}", exception.Message);
        Assert.Empty(folder.GetFiles());
    }

    private static void SkipWhereEverythingIsAllowed() =>
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "There are no modes, or they do not bind who runs the tests.");

    private static string Ask(SqliteSession session, string sql)
    {
        using var reader = session.Query(sql);
        reader.Read();
        return reader.GetString(0);
    }

    /// <summary>Why a file cannot be opened.</summary>
    private static string MessageOf(string path)
    {
        var message = Assert.Throws<SqliteStoreException>(() => SqliteDatabase.Open(path)).Message;
        var start = $"The database \"{path}\" cannot be opened. ";
        Assert.StartsWith(start, message, StringComparison.Ordinal);
        return message[start.Length..];
    }
}
