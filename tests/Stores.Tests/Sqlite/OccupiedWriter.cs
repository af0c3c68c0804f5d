using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

/// <summary>Keeps a database's writer busy: everything that is to be written meanwhile waits, and is written together.</summary>
internal sealed class OccupiedWriter : IAsyncDisposable
{
    private readonly ManualResetEventSlim release = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task occupation;

    private OccupiedWriter(SqliteDatabase database) => occupation = database.WriteAsync(
        _ =>
        {
            begun.SetResult();
            release.Wait(CancellationToken.None);
            return 0;
        },
        CancellationToken.None);

    /// <summary>Begins.</summary>
    internal static async Task<OccupiedWriter> OccupyAsync(SqliteDatabase database)
    {
        var writer = new OccupiedWriter(database);
        await writer.begun.Task;
        return writer;
    }

    /// <summary>Lets the writer go on.</summary>
    internal void Release() => release.Set();

    public async ValueTask DisposeAsync()
    {
        Release();
        await occupation;
        release.Dispose();
    }
}
