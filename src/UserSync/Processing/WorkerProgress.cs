namespace UserSync.Processing;

/// <summary>What this instance has been doing, for those who look.</summary>
/// <param name="time">The clock.</param>
public sealed class WorkerProgress(TimeProvider time)
{
    private const int Seconds = 60;

    private readonly Lock gate = new();
    private readonly long[] perSecond = new long[Seconds];
    private long second;
    private long completed;
    private long putOff;
    private long failed;

    /// <summary>How many messages were completed since the start.</summary>
    public long CompletedTotal => Interlocked.Read(ref completed);

    /// <summary>How many were put off since the start.</summary>
    public long PutOffTotal => Interlocked.Read(ref putOff);

    /// <summary>How many could not be processed since the start, because something is wrong here.</summary>
    public long FailedTotal => Interlocked.Read(ref failed);

    /// <summary>How many were completed a second, over the last minute.</summary>
    public double CompletedPerSecond
    {
        get
        {
            lock (gate)
            {
                Advance();
                return (double)perSecond.Sum() / Seconds;
            }
        }
    }

    /// <summary>Counts a message that was completed.</summary>
    public void Completed()
    {
        Interlocked.Increment(ref completed);
        lock (gate)
        {
            Advance();
            perSecond[second % Seconds]++;
        }
    }

    /// <summary>Counts a message that was put off.</summary>
    public void PutOff() => Interlocked.Increment(ref putOff);

    /// <summary>Counts a message that could not be processed.</summary>
    public void Failed() => Interlocked.Increment(ref failed);

    private void Advance()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        for (var passed = Math.Max(second + 1, now - Seconds + 1); passed <= now; passed++)
        {
            perSecond[passed % Seconds] = 0;
        }

        second = Math.Max(second, now);
    }
}
