using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>
/// A statement that stays prepared. It speaks to SQLite itself: a command of the ADO.NET provider takes as long around a short statement
/// as the statement does. One thread uses it at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int ShortText = 256;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;

    /// <summary>Prepares a statement.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The statement; its parameters are <c>?1</c>, <c>?2</c> …</param>
    /// <exception cref="SqliteException">SQLite does not understand it.</exception>
    internal SqliteStatement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Sets all parameters.</summary>
    /// <param name="values">Their values: null, whole numbers, texts and bytes.</param>
    internal void Bind(ReadOnlySpan<SqliteValue> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i].Content switch
            {
                null => raw.sqlite3_bind_null(statement, i + 1),
                string text => BindText(i + 1, text),
                byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, i + 1, 0),
                byte[] bytes => raw.sqlite3_bind_blob(statement, i + 1, bytes),
                _ => raw.sqlite3_bind_int64(statement, i + 1, values[i].Number),
            });
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it inserted, updated or deleted.</returns>
    internal int Run()
    {
        try
        {
            while (Step())
            {
            }

            return raw.sqlite3_changes(connection);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(result);
        }

        return result == raw.SQLITE_ROW;
    }

    /// <summary>Makes it ready to run again. What went wrong was said when it did.</summary>
    internal void Reset() => _ = raw.sqlite3_reset(statement);

    internal bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    internal long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The bytes of a blob or of a text's UTF-8, until the next row.</summary>
    internal ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private int BindText(int parameter, string text)
    {
        if (text.Length == 0)
        {
            // Without bytes there would be no address, which SQLite takes for null.
            return raw.sqlite3_bind_text(statement, parameter, text);
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= ShortText ? stackalloc byte[ShortText] : new byte[most];
        return raw.sqlite3_bind_text(statement, parameter, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection);
}
