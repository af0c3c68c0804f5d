using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>How long a failed event waits before its next attempt: exponential backoff with full jitter.</summary>
public static class Backoff
{
    // Truto's own limits ask for this much.
    internal static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(10);

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

    /// <summary>What is to happen with an event after a failure that may pass.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="failed">How many attempts have failed with it.</param>
    /// <param name="options">How long to wait.</param>
    /// <param name="random">From 0 to 1.</param>
    /// <param name="resend">Whether what was sent may have overwritten something newer.</param>
    internal static Disposition Next(Failure failure, int failed, ProcessingOptions options, double random, bool resend = false)
    {
        if (!failure.SpendsAttempt)
        {
            return Disposition.Wait(failure.RetryAfter ?? UsualPause, failure);
        }

        var delay = Delay(failed, options.FirstDelay, options.MaxDelay, random);
        return Disposition.Retry(failure.RetryAfter > delay ? failure.RetryAfter.Value : delay, failure, resend);
    }
}
