using Microsoft.Data.Sqlite;

namespace UserSync.Sqlite.Database;

/// <summary>
/// Copies the write-ahead log back to the file. Nearly all of it is copied by a thread of its own while the writer goes on; the writer
/// copies only what it wrote meanwhile, after which the log begins anew. Otherwise whoever wrote then would wait for all of it.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    /// <summary>
    /// With how many pages (16 MiB) the log is copied back: the more it may hold, the more often a page is changed before it is copied, and
    /// the longer that takes.
    /// </summary>
    internal const int LogPages = 4000;

    private readonly Func<SqliteSession> open;
    private readonly AutoResetEvent due = new(initialState: false);
    private readonly Thread thread;
    private volatile State state;
    private volatile bool isClosed;
    private int pages;

    /// <summary>Begins to wait.</summary>
    /// <param name="open">Opens a connection, which happens when there is something to copy.</param>
    internal SqliteCheckpointer(Func<SqliteSession> open)
    {
        this.open = open;
        thread = new Thread(CopyAll) { IsBackground = true, Name = "SQLite checkpoint" };
        thread.Start();
    }

    private enum State
    {
        Idle,
        Copying,
        Copied,
    }

    /// <summary>Takes note of a commit.</summary>
    /// <param name="writer">The writer's connection, between two transactions.</param>
    internal void Committed(SqliteSession writer)
    {
        pages += writer.TakeWrittenPages();
        if (state == State.Copied)
        {
            // Where somebody still reads what is in the log, it cannot begin anew yet.
            pages = writer.TryCheckpoint() ? 0 : LogPages / 2;
            state = State.Idle;
        }
        else if (state == State.Idle && pages >= LogPages)
        {
            state = State.Copying;
            due.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isClosed = true;
        due.Set();
        thread.Join();
        due.Dispose();
    }

    private void CopyAll()
    {
        SqliteSession? session = null;
        while (due.WaitOne() && !isClosed)
        {
            try
            {
                // Once for what was there, and once for the much less that came meanwhile.
                session ??= open();
                session.TryCheckpoint();
                session.TryCheckpoint();
            }
            catch (SqliteException)
            {
                // What could not be copied here, the writer copies.
            }

            state = State.Copied;
        }

        session?.Dispose();
    }
}
