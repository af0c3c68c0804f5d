using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UserSync.Sqlite.Database;

/// <summary>
/// Writes everything that this process writes: one thread takes all operations that wait, runs them in one transaction and makes them
/// durable with one commit, so that many callers share one wait for the disk. While it waits, the next ones gather.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>How many operations may wait. Whoever brings one more waits until there is room.</summary>
    internal const int MostWaiting = 2048;

    // More in one transaction is hardly faster, and its first waits for its last.
    private const int MostInBatch = 256;

    private readonly SqliteSession session;
    private readonly BlockingCollection<WriteOperation> operations = [];
    private readonly SemaphoreSlim room = new(MostWaiting);
    private readonly Thread thread;
    private long commits;
    private int isDisposed;

    /// <summary>Begins to write.</summary>
    /// <param name="session">The connection; it is the writer's from here on.</param>
    internal SqliteWriter(SqliteSession session)
    {
        this.session = session;

        // A thread of its own: it blocks, and the pool's few threads have requests to serve.
        thread = new Thread(WriteAll) { IsBackground = true, Name = "SQLite writer" };
        thread.Start();
    }

    /// <summary>How many transactions were committed.</summary>
    internal long Commits => Interlocked.Read(ref commits);

    /// <summary>Writes. When the task is done, what was written is durable; when it has failed, nothing was written.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="write">Writes in a transaction that it may share with others. It may run on no thread but the writer's.</param>
    /// <param name="cancellationToken">Stops waiting. What has begun is finished all the same, and its result returned.</param>
    internal async Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        using var operation = new Operation<T>(write, cancellationToken);
        try
        {
            operations.Add(operation, CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            room.Release();
            throw new ObjectDisposedException("The database is closed.", exception);
        }

        return await operation.Task;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        operations.CompleteAdding();
        thread.Join();
        session.Dispose();
        operations.Dispose();
    }

    private void WriteAll()
    {
        var batch = new List<WriteOperation>(MostInBatch);
        while (operations.TryTake(out var operation, Timeout.Infinite))
        {
            do
            {
                batch.Add(operation);
            }
            while (batch.Count < MostInBatch && operations.TryTake(out operation));

            var taken = batch.Count;
            batch.RemoveAll(static waiting => !waiting.TryBegin());
            Write(batch);
            batch.Clear();
            room.Release(taken);
        }
    }

    private void Write(List<WriteOperation> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            session.Run("BEGIN IMMEDIATE");
            batch.ForEach(Run);
            session.Run("COMMIT");
            Interlocked.Increment(ref commits);
        }
        catch (Exception exception)
        {
            RollBack();
            if (batch.Count > 1 && exception is not SqliteException { SqliteErrorCode: raw.SQLITE_BUSY })
            {
                // One for which the disk had no room may have ended the transaction of all: alone, it fails alone.
                batch.Where(static operation => !operation.HasFailed).ToList().ForEach(operation => Write([operation]));
                return;
            }

            batch.ForEach(operation => operation.Fail(NotWritten(exception)));
            return;
        }

        batch.ForEach(static operation => operation.Succeed());
    }

    /// <summary>Runs an operation so that, should it fail, it fails alone.</summary>
    private void Run(WriteOperation operation)
    {
        session.Run("SAVEPOINT operation");
        try
        {
            operation.Run(session);
        }
        catch (Exception exception) when (session.IsInTransaction)
        {
            session.Run("ROLLBACK TO operation");
            operation.Fail(NotWritten(exception));
        }

        session.Run("RELEASE operation");
    }

    private void RollBack()
    {
        try
        {
            if (session.IsInTransaction)
            {
                session.Run("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
            // Should the transaction still be open, the next BEGIN fails and comes here again.
        }
    }

    private static Exception NotWritten(Exception exception) => exception is SqliteException
        ? new SqliteStoreException($"Nothing was written. {SqliteErrors.Explain(exception)}", exception)
        : exception;

    private sealed class Operation<T> : WriteOperation, IDisposable
    {
        private readonly Func<SqliteSession, T> write;
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenRegistration registration;
        private int isDecided;
        private T? result;

        internal Operation(Func<SqliteSession, T> write, CancellationToken cancellationToken)
        {
            this.write = write;
            registration = cancellationToken.UnsafeRegister(static (operation, token) => ((Operation<T>)operation!).Cancel(token), this);
        }

        internal Task<T> Task => completion.Task;

        public void Dispose() => registration.Dispose();

        internal override bool HasFailed => completion.Task.IsFaulted;

        internal override bool TryBegin() => Interlocked.Exchange(ref isDecided, 1) == 0;

        internal override void Run(SqliteSession session) => result = write(session);

        // What has failed alone has been told already.
        internal override void Succeed() => completion.TrySetResult(result!);

        internal override void Fail(Exception exception) => completion.TrySetException(exception);

        private void Cancel(CancellationToken token)
        {
            if (Interlocked.Exchange(ref isDecided, 1) == 0)
            {
                completion.SetCanceled(token);
            }
        }
    }
}
