using Microsoft.Data.Sqlite;

namespace UserSync.Sqlite.Database;

/// <summary>
/// Copies the log back to the file when it has grown: most of it beside the writer, which goes on meanwhile, and what was added in that time
/// when the writer comes to it. Then the log begins anew.
/// </summary>
/// <param name="open">Opens a connection for it.</param>
/// <param name="most">How many pages may be added before.</param>
internal sealed class LogCopy(Func<SqliteSession> open, int most = LogCopy.MostPages) : IDisposable
{
    /// <summary>
    /// How many pages may be added (64 MiB): the more, the more often a page is changed before it is copied, and the longer that takes.
    /// </summary>
    internal const int MostPages = 16_000;

    private const string Copy = "PRAGMA wal_checkpoint(PASSIVE)";

    private Task? copying;
    private long pages;

    /// <summary>To be called by the writer after each commit, outside of a transaction.</summary>
    /// <param name="writer">The writer's connection.</param>
    internal void Committed(SqliteSession writer)
    {
        pages += writer.TakePagesWritten();
        if (copying is { IsCompleted: true })
        {
            Run(writer);
            copying = null;
            pages = 0;
        }
        else if (copying is null && pages >= most)
        {
            copying = Task.Factory.StartNew(Begin, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => copying?.Wait();

    private void Begin()
    {
        try
        {
            using var session = open();

            // The second time, what came while the first was copied.
            Run(session);
            Run(session);
        }
        catch (SqliteException)
        {
            // It could not be opened. The writer tries by itself.
        }
    }

    private static void Run(SqliteSession session)
    {
        try
        {
            session.Run(Copy);
        }
        catch (SqliteException)
        {
            // Nothing is lost: it stays in the log, and the next time comes.
        }
    }
}
