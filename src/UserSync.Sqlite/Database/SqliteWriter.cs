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

    // How many callers one thread of the pool goes on with. Fewer wake more threads than there are processors; more keep each other waiting.
    private const int MostInTurn = 16;

    private readonly SqliteSession session;
    private readonly LogCopy log;
    private readonly Lock gate = new();
    private readonly ManualResetEventSlim arrived = new(initialState: false, spinCount: 0);
    private readonly SemaphoreSlim room = new(MostWaiting);
    private readonly Thread thread;
    private List<WriteOperation> waiting = new(MostInBatch);
    private bool isClosed;
    private long commits;
    private int isClosing;

    /// <summary>Begins to write.</summary>
    /// <param name="session">The connection; it is the writer's from here on.</param>
    /// <param name="log">Copies the log back.</param>
    internal SqliteWriter(SqliteSession session, LogCopy log)
    {
        this.session = session;
        this.log = log;

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
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled || !room.Wait(0, CancellationToken.None))
        {
            return WaitAndWriteAsync(write, cancellationToken);
        }

        var operation = new Operation<T>(write);
        Add(operation);
        return operation.Task;
    }

    /// <summary>Writes what waits, and ends.</summary>
    /// <param name="last">What is written after everything else; where that fails, nobody is told.</param>
    internal void Close(Func<SqliteSession, bool> last)
    {
        if (Interlocked.Exchange(ref isClosing, 1) != 0)
        {
            return;
        }

        lock (gate)
        {
            isClosed = true;
            arrived.Set();
        }

        thread.Join();
        TryWrite([new Operation<bool>(last)], static (session, operation) => operation.Run(session));
        log.Dispose();
        session.Dispose();
        arrived.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Close(static _ => true);

    private async Task<T> WaitAndWriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        var operation = new Operation<T>(write, TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.UnsafeRegister(
            static (operation, token) => ((Operation<T>)operation!).Cancel(token), operation);
        Add(operation);
        return await operation.Task;
    }

    private void Add(WriteOperation operation)
    {
        lock (gate)
        {
            if (!isClosed)
            {
                waiting.Add(operation);
                if (waiting.Count == 1)
                {
                    arrived.Set();
                }

                return;
            }
        }

        room.Release();
        throw new ObjectDisposedException("The database is closed.", innerException: null);
    }

    private void WriteAll()
    {
        var taken = new List<WriteOperation>(MostInBatch);
        var batch = new List<WriteOperation>(MostInBatch);
        while (Take(ref taken))
        {
            for (var start = 0; start < taken.Count; start += MostInBatch)
            {
                var end = Math.Min(start + MostInBatch, taken.Count);
                for (var i = start; i < end; i++)
                {
                    if (taken[i].TryBegin())
                    {
                        batch.Add(taken[i]);
                    }
                }

                Write(batch);
                batch.Clear();
                room.Release(end - start);
            }

            taken.Clear();
        }
    }

    /// <summary>Takes all that waits, in exchange for an empty list.</summary>
    /// <returns>Whether there is something; otherwise there never will be.</returns>
    private bool Take(ref List<WriteOperation> taken)
    {
        while (true)
        {
            lock (gate)
            {
                if (waiting.Count > 0)
                {
                    (taken, waiting) = (waiting, taken);
                    return true;
                }

                if (isClosed)
                {
                    return false;
                }

                arrived.Reset();
            }

            arrived.Wait();
        }
    }

    private void Write(List<WriteOperation> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (TryWrite(batch, static (session, operation) => operation.Run(session)) is { } exception)
        {
            WriteApart(batch, exception);
        }

        for (var start = 0; start < batch.Count; start += MostInTurn)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Turn([.. batch.Skip(start).Take(MostInTurn)]), preferLocal: false);
        }

        log.Committed(session);
    }

    /// <summary>Writes so that what fails harms no neighbour.</summary>
    private void WriteApart(List<WriteOperation> batch, Exception exception)
    {
        if (batch.Count > 1 && !IsBusy(exception))
        {
            if (TryWrite(batch, RunAlone) is not { } again)
            {
                return;
            }

            if (!IsBusy(again))
            {
                // One for which the disk had no room may have ended the transaction of all.
                foreach (var operation in batch.Where(static operation => !operation.HasFailed))
                {
                    if (TryWrite([operation], static (session, operation) => operation.Run(session)) is { } alone)
                    {
                        operation.Fail(NotWritten(alone));
                    }
                }

                return;
            }

            exception = again;
        }

        batch.ForEach(operation => operation.Fail(NotWritten(exception)));
    }

    /// <summary>Runs operations in one transaction.</summary>
    /// <returns>Why nothing was written; <see langword="null"/> where it was, and is durable.</returns>
    private Exception? TryWrite(List<WriteOperation> batch, Action<SqliteSession, WriteOperation> run)
    {
        try
        {
            session.Run("BEGIN IMMEDIATE");
            foreach (var operation in batch)
            {
                run(session, operation);
            }

            session.Run("COMMIT");
            Interlocked.Increment(ref commits);
        }
        catch (Exception exception)
        {
            RollBack();
            return exception;
        }

        return null;
    }

    /// <summary>Runs an operation so that, should it fail, it fails alone. That costs, so it is done where one has failed.</summary>
    private static void RunAlone(SqliteSession session, WriteOperation operation)
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

    private static bool IsBusy(Exception exception) => exception is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY };

    private static Exception NotWritten(Exception exception) => exception is SqliteException
        ? new SqliteStoreException($"Nothing was written. {SqliteErrors.Explain(exception)}", exception)
        : exception;

    /// <summary>Callers with whom one thread of the pool goes on, one after the other.</summary>
    private sealed class Turn(WriteOperation[] operations) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var operation in operations)
            {
                operation.Tell();
            }
        }
    }

    private sealed class Operation<T>(Func<SqliteSession, T> write, TaskCreationOptions options = TaskCreationOptions.None) : WriteOperation
    {
        private readonly TaskCompletionSource<T> completion = new(options);
        private int isDecided;
        private T? result;
        private Exception? failure;

        internal Task<T> Task => completion.Task;

        internal override bool HasFailed => failure is not null;

        internal override bool TryBegin() => Interlocked.Exchange(ref isDecided, 1) == 0;

        internal override void Run(SqliteSession session) => result = write(session);

        internal override void Fail(Exception exception) => failure = exception;

        internal override void Tell()
        {
            if (failure is null)
            {
                completion.SetResult(result!);
            }
            else
            {
                completion.SetException(failure);
            }
        }

        internal void Cancel(CancellationToken token)
        {
            if (Interlocked.Exchange(ref isDecided, 1) == 0)
            {
                completion.SetCanceled(token);
            }
        }
    }
}
