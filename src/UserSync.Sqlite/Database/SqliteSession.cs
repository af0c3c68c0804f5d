using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>A connection and the statements that are prepared on it. One thread uses it at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    /// <summary>Opens a connection.</summary>
    /// <param name="path">The full path of the database's file.</param>
    /// <param name="settings">The pragmas that the connection begins with.</param>
    /// <exception cref="SqliteException">There is no such file, or it cannot be opened.</exception>
    internal SqliteSession(string path, string settings)
    {
        // Waiting for another process is SQLite's: its busy timeout is among the settings.
        connection = new SqliteConnection(Settings(path));
        try
        {
            connection.Open();
            RunScript(settings);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether a transaction is open. Some errors end it.</summary>
    internal bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Whether SQLite could open the file only to read it.</summary>
    internal bool IsReadOnly => raw.sqlite3_db_readonly(connection.Handle, "main") != 0;

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement, always the same text; its parameters are <c>?1</c>, <c>?2</c> …</param>
    /// <param name="values">The parameters' values.</param>
    /// <returns>How many rows it inserted, updated or deleted.</returns>
    internal int Run(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>Runs a query.</summary>
    /// <param name="sql">The query, always the same text; its parameters are <c>?1</c>, <c>?2</c> …</param>
    /// <param name="values">The parameters' values.</param>
    internal SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteReader();

    /// <summary>Runs statements once.</summary>
    /// <param name="sql">The statements.</param>
    internal void RunScript(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private static string Settings(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = false,
        DefaultTimeout = 1,
    }.ConnectionString;

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            }

            command.Prepare();
            prepared[sql] = command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
