namespace UserSync.Processing;

/// <summary>How long a failed event waits before its next attempt: exponential backoff with full jitter.</summary>
public static class Backoff
{
    /// <summary>A random time up to <paramref name="first"/> doubled with each attempt, but never more than <paramref name="most"/>.</summary>
    /// <param name="attempt">How many attempts have failed, from 1.</param>
    /// <param name="first">The most after the first attempt.</param>
    /// <param name="most">The most at all.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan Delay(int attempt, TimeSpan first, TimeSpan most, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var ceiling = Math.Min(most.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 60)));
        return TimeSpan.FromSeconds(ceiling * Math.Clamp(random, 0, 1));
    }
}
