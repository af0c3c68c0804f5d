using SQLitePCL;

namespace Benchmarks;

/// <summary>
/// The least that keeps what became of a delivery, in SQLite: one row each, found by the event's id, which one thread writes and commits for
/// all who wait. No ledger, no duplicates, no lists, nothing that is ever forgotten.
/// </summary>
internal sealed class HandStore : IDisposable
{
    // As the product: more callers keep each other waiting, fewer wake more threads.
    private const int MostInTurn = 16;

    private const string Settings =
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -4096;
        CREATE TABLE outcomes (event_id TEXT PRIMARY KEY, status TEXT, user_id TEXT, at INTEGER, event BLOB, patch BLOB, response BLOB) WITHOUT ROWID;
        """;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt begin;
    private readonly sqlite3_stmt insert;
    private readonly sqlite3_stmt commit;
    private readonly Lock gate = new();
    private readonly ManualResetEventSlim arrived = new(initialState: false, spinCount: 0);
    private readonly Thread thread;
    private List<Row> waiting = [];
    private bool isClosed;

    /// <summary>Creates the file, and begins to write.</summary>
    /// <param name="path">Its path.</param>
    internal HandStore(string path)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open_v2(path, out connection, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, vfs: null));
        Check(raw.sqlite3_exec(connection, Settings));
        begin = Prepare("BEGIN IMMEDIATE");
        insert = Prepare("INSERT INTO outcomes VALUES (?1, 'applied', ?2, ?3, ?4, ?5, ?6)");
        commit = Prepare("COMMIT");
        thread = new Thread(WriteAll) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Keeps an outcome. When the task is done, it is on the disk.</summary>
    /// <param name="eventId">The event's id.</param>
    /// <param name="userId">The user's.</param>
    /// <param name="change">The event.</param>
    /// <param name="patch">What was sent.</param>
    /// <param name="response">What came back.</param>
    internal Task KeepAsync(string eventId, string userId, byte[] change, byte[] patch, byte[] response)
    {
        var row = new Row(eventId, userId, change, patch, response, new TaskCompletionSource());
        lock (gate)
        {
            waiting.Add(row);
            if (waiting.Count == 1)
            {
                arrived.Set();
            }
        }

        return row.Kept.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            arrived.Set();
        }

        thread.Join();
        begin.Dispose();
        insert.Dispose();
        commit.Dispose();
        connection.Dispose();
        arrived.Dispose();
    }

    private void WriteAll()
    {
        List<Row> taken = [];
        while (true)
        {
            arrived.Wait();
            lock (gate)
            {
                arrived.Reset();
                (taken, waiting) = (waiting, taken);
                if (taken.Count == 0 && isClosed)
                {
                    return;
                }
            }

            Write(taken);
            foreach (var rows in taken.Chunk(MostInTurn))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static rows => Array.ForEach(rows, static row => row.Kept.SetResult()), rows, preferLocal: false);
            }

            taken.Clear();
        }
    }

    private void Write(List<Row> rows)
    {
        Run(begin);
        foreach (var row in rows)
        {
            Check(raw.sqlite3_bind_text(insert, 1, row.EventId));
            Check(raw.sqlite3_bind_text(insert, 2, row.UserId));
            Check(raw.sqlite3_bind_int64(insert, 3, TimeProvider.System.GetUtcNow().UtcTicks));
            Check(raw.sqlite3_bind_blob(insert, 4, row.Change));
            Check(raw.sqlite3_bind_blob(insert, 5, row.Patch));
            Check(raw.sqlite3_bind_blob(insert, 6, row.Response));
            Run(insert);
        }

        Run(commit);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(connection, sql, out var statement));
        return statement;
    }

    private void Run(sqlite3_stmt statement)
    {
        Check(raw.sqlite3_step(statement));
        Check(raw.sqlite3_reset(statement));
    }

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            throw new InvalidOperationException($"SQLite says {result}: {raw.sqlite3_errmsg(connection).utf8_to_string()}");
        }
    }

    private sealed record Row(string EventId, string UserId, byte[] Change, byte[] Patch, byte[] Response, TaskCompletionSource Kept);
}
