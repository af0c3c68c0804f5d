using System.Collections.Concurrent;

namespace UserSync.Sqlite.Database;

/// <summary>Connections for reading: as many as there are readers at the same time, kept with their prepared statements.</summary>
/// <param name="open">Opens one.</param>
internal sealed class SqliteReaders(Func<SqliteSession> open) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> idle = [];
    private volatile bool isDisposed;

    /// <summary>Reads, on the caller's thread. Nothing that is read blocks the writer.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Reads; a single query, so that what it sees is of one moment.</param>
    internal T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(isDisposed, typeof(SqliteDatabase));
        var session = idle.TryTake(out var kept) ? kept : open();
        try
        {
            return read(session);
        }
        finally
        {
            idle.Add(session);
            if (isDisposed)
            {
                Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
