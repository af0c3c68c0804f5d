using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>
/// A statement that stays prepared. It speaks to SQLite itself: a command of the ADO.NET provider takes as long around a short statement
/// as the statement does. One thread uses it at a time.
/// </summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    // What is longer is copied by SQLite, and gone with the run.
    private const int Short = 4096;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly nint handle;

    // Which parameters have a value since an earlier run: all others are null already.
    private readonly bool[] isBound;

    // Short texts and bytes, until the statement runs the next time.
    private byte* values;
    private int capacity;

    /// <summary>Prepares a statement.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The statement; its parameters are <c>?1</c>, <c>?2</c> …</param>
    /// <exception cref="SqliteException">SQLite does not understand it.</exception>
    internal SqliteStatement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        handle = statement.DangerousGetHandle();
        isBound = new bool[raw.sqlite3_bind_parameter_count(statement)];
    }

    /// <summary>Sets all parameters.</summary>
    /// <param name="given">Their values: null, whole numbers, texts and bytes.</param>
    internal void Bind(ReadOnlySpan<SqliteValue> given)
    {
        Reserve(given);
        var free = values;
        for (var i = 0; i < given.Length; i++)
        {
            var (parameter, content) = (i + 1, given[i].Content);
            if (content is null)
            {
                if (isBound[i])
                {
                    Check(Native.BindNull(handle, parameter));
                    isBound[i] = false;
                }

                continue;
            }

            isBound[i] = true;
            Check(content switch
            {
                string text => BindText(parameter, text, ref free),
                byte[] bytes => BindBytes(parameter, bytes, ref free),
                _ => Native.BindInt64(handle, parameter, given[i].Number),
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

            return Native.Changes(connection.DangerousGetHandle());
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
        var result = Native.Step(handle);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(result);
        }

        return result == raw.SQLITE_ROW;
    }

    /// <summary>Makes it ready to run again. What went wrong was said when it did.</summary>
    internal void Reset() => _ = Native.Reset(handle);

    internal bool IsNull(int column) => Native.ColumnType(handle, column) == raw.SQLITE_NULL;

    internal long Number(int column) => Native.ColumnInt64(handle, column);

    /// <summary>The bytes of a blob or of a text's UTF-8, until the next row.</summary>
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        // In this order: to ask for the blob may change how many bytes there are.
        var start = Native.ColumnBlob(handle, column);
        return new ReadOnlySpan<byte>(start, Native.ColumnBytes(handle, column));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        statement.Dispose();
        NativeMemory.Free(values);
        values = null;
        capacity = 0;
    }

    /// <summary>Makes room for all short texts and bytes, which may not move any more once they are bound.</summary>
    private void Reserve(ReadOnlySpan<SqliteValue> given)
    {
        // Without an address, nothing would be null for SQLite.
        var size = 1;
        foreach (var value in given)
        {
            size += value.Content switch
            {
                string text when MostBytes(text) <= Short => MostBytes(text),
                byte[] { Length: <= Short } bytes => bytes.Length,
                _ => 0,
            };
        }

        if (size > capacity)
        {
            values = (byte*)NativeMemory.Realloc(values, (nuint)size);
            capacity = size;
        }
    }

    private int BindText(int parameter, string text, ref byte* free)
    {
        var most = MostBytes(text);
        if (most > Short)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            fixed (byte* start = bytes)
            {
                return Native.BindText(handle, parameter, start, bytes.Length, Native.Transient);
            }
        }

        var place = free;
        var length = Encoding.UTF8.GetBytes(text, new Span<byte>(place, most));
        free += length;
        return Native.BindText(handle, parameter, place, length, Native.Static);
    }

    private int BindBytes(int parameter, byte[] bytes, ref byte* free)
    {
        if (bytes.Length > Short)
        {
            fixed (byte* start = bytes)
            {
                return Native.BindBlob(handle, parameter, start, bytes.Length, Native.Transient);
            }
        }

        var place = free;
        bytes.CopyTo(new Span<byte>(place, bytes.Length));
        free += bytes.Length;
        return Native.BindBlob(handle, parameter, place, bytes.Length, Native.Static);
    }

    private static int MostBytes(string text) => Encoding.UTF8.GetMaxByteCount(text.Length);

    private void Check(int result) => SqliteErrors.Check(result, connection);
}
