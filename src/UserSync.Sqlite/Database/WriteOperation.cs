namespace UserSync.Sqlite.Database;

/// <summary>Something to write, and whoever waits until it is durable.</summary>
internal abstract class WriteOperation
{
    /// <summary>Whether nothing of it was written: then it must not run again.</summary>
    internal abstract bool HasFailed { get; }

    /// <summary>Begins it, unless its caller has stopped waiting. What has begun is carried out.</summary>
    internal abstract bool TryBegin();

    /// <summary>Writes. Nobody is told yet. It may run again where what it wrote did not become durable.</summary>
    /// <param name="session">The writer's connection, in a transaction.</param>
    internal abstract void Run(SqliteSession session);

    /// <summary>Notes that nothing was written. Nobody is told yet.</summary>
    /// <param name="exception">Why.</param>
    internal abstract void Fail(Exception exception);

    /// <summary>Tells the caller that what was written is durable, or that nothing was written. The caller goes on with this thread.</summary>
    internal abstract void Tell();
}
