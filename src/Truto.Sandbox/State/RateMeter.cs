namespace Truto.Sandbox.State;

/// <summary>
/// Counts the requests of a window. System.Threading.RateLimiting has the same, but reads the machine's clock, where tests need a
/// <see cref="TimeProvider"/>. Whether Truto's windows are fixed or sliding is not documented.
/// </summary>
internal sealed class RateMeter
{
    private const int CountBits = 24;
    private const long CountMask = (1L << CountBits) - 1;

    // The window's start in milliseconds and its count in one word, so that taking a request needs no lock.
    private long state;

    /// <param name="limit">The limit in force.</param>
    /// <param name="now">Milliseconds since the sandbox was made.</param>
    public RateReading Take(SandboxRateLimit limit, long now)
    {
        var window = (long)limit.Window.TotalMilliseconds;
        while (true)
        {
            var before = Volatile.Read(ref state);
            var start = before >> CountBits;
            var count = (int)(before & CountMask);
            if (count == 0 || now - start >= window)
                (start, count) = (now, 0);
            var reset = (int)((Math.Max(start + window - now, 0) + 999) / 1000);
            if (count >= limit.Requests)
                return new RateReading(Allowed: false, 0, reset);
            if (Interlocked.CompareExchange(ref state, (start << CountBits) | (uint)(count + 1), before) == before)
                return new RateReading(Allowed: true, limit.Requests - count - 1, reset);
        }
    }
}
