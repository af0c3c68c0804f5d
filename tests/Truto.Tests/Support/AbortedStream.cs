namespace Truto.Tests.Support;

/// <summary>A body that never comes, and whose cancelled read looks like a broken connection.</summary>
internal sealed class AbortedStream(TaskCompletionSource reading) : MemoryStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(aborted.SetResult);
        reading.SetResult();
        await aborted.Task;
        throw new IOException("The operation was aborted.");
    }
}
