using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>A connection and the statements that are prepared on it. One thread uses it at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly sqlite3 connection;

    // By instance: to compute the hash of a long text takes as long as a short statement.
    private readonly Dictionary<string, SqliteStatement> prepared = new(ReferenceEqualityComparer.Instance);

    static SqliteSession()
    {
        // Once, before SQLite is used: no connection is used by two threads at a time, and nobody asks how much memory it takes.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        GatheredLog.Register();
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="path">The full path of the database's file.</param>
    /// <param name="settings">The pragmas that the connection begins with.</param>
    /// <param name="fileSystem">How SQLite gets at the files; by default as it does by itself.</param>
    /// <exception cref="SqliteException">There is no such file, or it cannot be opened.</exception>
    internal SqliteSession(string path, string settings, string? fileSystem = null)
    {
        // Waiting for another process is SQLite's: its busy timeout is among the settings.
        var result = raw.sqlite3_open_v2(path, out connection, raw.SQLITE_OPEN_READWRITE, fileSystem);
        try
        {
            SqliteErrors.Check(result, connection);
            RunScript(settings);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether a transaction is open. Some errors end it.</summary>
    internal bool IsInTransaction => raw.sqlite3_get_autocommit(connection) == 0;

    /// <summary>Whether SQLite could open the file only to read it.</summary>
    internal bool IsReadOnly => raw.sqlite3_db_readonly(connection, "main") != 0;

    /// <summary>The row that was inserted last.</summary>
    internal long LastInsertedRow => raw.sqlite3_last_insert_rowid(connection);

    /// <summary>How many pages were written since the last time that this was asked.</summary>
    internal int TakePagesWritten()
    {
        const int CacheWrite = 9;
        _ = raw.sqlite3_db_status(connection, CacheWrite, out var pages, out _, resetFlg: 1);
        return pages;
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement, always the same instance; its parameters are <c>?1</c>, <c>?2</c> …</param>
    /// <param name="values">The parameters' values.</param>
    /// <returns>How many rows it inserted, updated or deleted.</returns>
    internal int Run(string sql, params ReadOnlySpan<SqliteValue> values) => Prepare(sql, values).Run();

    /// <summary>Runs a query.</summary>
    /// <param name="sql">The query, always the same instance; its parameters are <c>?1</c>, <c>?2</c> …</param>
    /// <param name="values">The parameters' values.</param>
    internal SqliteRows Query(string sql, params ReadOnlySpan<SqliteValue> values) => new(Prepare(sql, values));

    /// <summary>Runs statements once.</summary>
    /// <param name="sql">The statements.</param>
    internal void RunScript(string sql) => SqliteErrors.Check(raw.sqlite3_exec(connection, sql), connection);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private SqliteStatement Prepare(string sql, ReadOnlySpan<SqliteValue> values)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(connection, sql);
            prepared[sql] = statement;
        }

        statement.Bind(values);
        return statement;
    }
}
