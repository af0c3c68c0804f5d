using System.Text;

namespace UserSync.Sqlite.Database;

/// <summary>The rows that a query finds, one after the other.</summary>
/// <param name="statement">The query, with its parameters set.</param>
internal readonly ref struct SqliteRows(SqliteStatement statement) : IDisposable
{
    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool Read() => statement.Step();

    internal bool IsNull(int column) => statement.IsNull(column);

    internal long GetInt64(int column) => statement.Number(column);

    internal int GetInt32(int column) => checked((int)statement.Number(column));

    /// <summary>A text; a number as one.</summary>
    internal string GetString(int column) => Encoding.UTF8.GetString(statement.Bytes(column));

    /// <summary>The bytes where SQLite has them, until the next row.</summary>
    internal ReadOnlySpan<byte> GetSpan(int column) => statement.Bytes(column);

    internal byte[] GetBytes(int column) => statement.Bytes(column).ToArray();

    /// <summary>Ends the query.</summary>
    public void Dispose() => statement.Reset();
}
