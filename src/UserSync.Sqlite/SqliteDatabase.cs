using Microsoft.Data.Sqlite;
using SQLitePCL;
using UserSync.Sqlite.Database;
using UserSync.Sqlite.Leases;

namespace UserSync.Sqlite;

/// <summary>
/// The database: one file, with a write-ahead log, which any number of processes of one machine may have open. What is written is on
/// the disk before anybody is told so.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private const string CommonSettings = "PRAGMA busy_timeout = 15000; PRAGMA temp_store = MEMORY;";

    // What is committed is on the disk, and the file is before the log begins anew; on macOS only what is flushed "fully" is.
    private const string DurableSettings = "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;";

    // The file remembers it.
    private const string FileSettings = "PRAGMA journal_mode = WAL;";

    // The cache has room for the upper pages of the tables, and for those to which is added; a larger one takes memory and brings nothing.
    // What one commit changes stays in it, as the gathered log wants it.
    private const string WriterSettings =
        $"""
        {CommonSettings} {DurableSettings} PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -2048; PRAGMA cache_spill = OFF;
        """;

    private const string CopySettings = $"{CommonSettings} {DurableSettings} PRAGMA wal_autocheckpoint = 0;";

    // Each commit of the writer empties the readers' caches.
    private const string ReaderSettings = $"{CommonSettings} PRAGMA query_only = ON; PRAGMA cache_size = -512;";

    // As in the settings.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly Opening opening;
    private bool isDisposed;

    private SqliteDatabase(string path, SqliteSession session, Opening opening, TimeProvider time)
    {
        Path = path;
        Time = time;
        this.opening = opening;
        writer = new SqliteWriter(session, new LogCopy(() => new SqliteSession(path, CopySettings)));
        readers = new SqliteReaders(() => new SqliteSession(path, ReaderSettings));
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>Who is updating whom.</summary>
    internal SharedLeases Leases => opening.Leases;

    /// <summary>The epoch: ledgers of an earlier one are in doubt.</summary>
    internal long Epoch => opening.Epoch;

    /// <summary>When messages arrive on the queue.</summary>
    internal Arrival Arrival { get; } = new();

    /// <summary>How many transactions this process has committed.</summary>
    internal long Commits => writer.Commits;

    /// <summary>Opens a database; creates the file and its folder where there are none, and brings an older one to this version.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="time">The clock; the system's where it is <see langword="null"/>.</param>
    /// <exception cref="SqliteStoreException">It cannot be opened; the message says why.</exception>
    public static SqliteDatabase Open(string path, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = System.IO.Path.GetFullPath(path);
        try
        {
            CreateFile(file);
            PrepareWaiting(file);
            var session = new SqliteSession(file, WriterSettings, GatheredLog.Name);
            try
            {
                time ??= TimeProvider.System;
                return new SqliteDatabase(file, session, Opening.Begin(session, file, time.GetUtcNow()), time);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (
            exception is SqliteException or SqliteStoreException or IOException or UnauthorizedAccessException)
        {
            throw new SqliteStoreException($"The database \"{file}\" cannot be opened. {SqliteErrors.Explain(exception)}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        writer.Close(opening.End);
        readers.Dispose();
        opening.Leases.Dispose();
    }

    /// <summary>The path; nothing of what is in the file.</summary>
    public override string ToString() => Path;

    /// <summary>Reads what is durable.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Reads with a single query.</param>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    internal T Read<T>(Func<SqliteSession, T> read)
    {
        try
        {
            return readers.Read(read);
        }
        catch (SqliteException exception)
        {
            throw new SqliteStoreException($"Nothing could be read. {SqliteErrors.Explain(exception)}", exception);
        }
    }

    /// <summary>Writes. When the task is done, what was written is durable; when it has failed, nothing was written.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="write">Writes; runs on the writer's thread, in a transaction that it may share.</param>
    /// <param name="cancellationToken">Stops waiting. What has begun is finished all the same, and its result returned.</param>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken) =>
        writer.WriteAsync(write, cancellationToken);

    /// <summary>Prepares the file, however long others are at the same. To change how the log is kept, SQLite waits for nobody by itself.</summary>
    private static void PrepareWaiting(string path)
    {
        using var pause = new ManualResetEventSlim();
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Prepare(path);
                return;
            }
            catch (SqliteException exception) when (
                exception.SqliteErrorCode == raw.SQLITE_BUSY && TimeProvider.System.GetElapsedTime(start) < BusyTimeout)
            {
                pause.Wait(Pause);
            }
        }
    }

    /// <summary>
    /// Brings the tables to this version. Unless another process has the file open, what an earlier one has left in the log is copied back
    /// at the end, so that the log does not grow with each that is killed.
    /// </summary>
    private static void Prepare(string path)
    {
        using var session = new SqliteSession(path, CommonSettings);

        // First whose file it is: another program's is left as it is.
        SqliteSchema.Check(session);
        if (session.IsReadOnly)
        {
            throw new SqliteStoreException(SqliteErrors.NoRights);
        }

        session.RunScript($"{DurableSettings} {FileSettings}");
        SqliteSchema.Migrate(session);
    }

    /// <summary>Creates the file for nobody else to read; SQLite gives its other files the same rights.</summary>
    private static void CreateFile(string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? path);
        if (File.Exists(path))
        {
            // To open and close it would give up the locks that this process may have on it.
            return;
        }

        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }
}
