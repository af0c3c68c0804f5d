using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>What an operator is told about errors of SQLite and of the disk.</summary>
internal static class SqliteErrors
{
    /// <summary>What is missing where the database can be read at the most.</summary>
    internal const string NoRights = "The program needs the right to write the file, the files beside it (-wal, -shm) and their folder.";

    /// <summary>Throws what SQLite says of a call that failed.</summary>
    /// <param name="result">What the call returned.</param>
    /// <param name="connection">The connection.</param>
    /// <exception cref="SqliteException">It failed.</exception>
    internal static void Check(int result, sqlite3 connection)
    {
        // Apart from the exception, so that what only errors need is not loaded before there is one.
        if (result is not raw.SQLITE_OK)
        {
            Throw(result, connection);
        }
    }

    /// <summary>What has happened, and what to do where something can be done.</summary>
    /// <param name="exception">What SQLite or the operating system says.</param>
    internal static string Explain(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => "The file is not a SQLite database.",
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => "The file is damaged: restore it from a backup.",
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY } => "Another process has held the database for too long.",
        SqliteException { SqliteErrorCode: raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM } => NoRights,
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => "The disk is full.",
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR, SqliteExtendedErrorCode: var code } =>
            $"The disk has failed (SQLite's code is {code}).",
        _ => exception.Message,
    };

    private static void Throw(int result, sqlite3 connection) => SqliteException.ThrowExceptionForRC(result, connection);
}
