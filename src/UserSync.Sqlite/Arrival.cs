namespace UserSync.Sqlite;

/// <summary>Wakes whoever waits for messages when this process puts one.</summary>
internal sealed class Arrival
{
    private TaskCompletionSource next = Create();

    /// <summary>The next arrival. Ask for it before looking whether there is something, so that none is missed in between.</summary>
    internal Task Next => Volatile.Read(ref next).Task;

    /// <summary>Something has arrived.</summary>
    internal void Signal() => Interlocked.Exchange(ref next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
