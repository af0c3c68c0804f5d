using System.Globalization;
using System.Net.Http.Headers;

namespace UserSync.Fetching;

/// <summary>Reads how long a source system wants to be left alone.</summary>
internal static class RetryAfter
{
    // No rate limit lasts longer; what says so is mistaken.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // Beyond this, a number is a time since 1970 and not a length of time.
    private const long LeastEpoch = 1_000_000_000;

    /// <summary>Where vendors say when a limit starts anew: Okta and HiBob as seconds since 1970, others as seconds from now.</summary>
    private static readonly string[] ResetHeaders = ["X-Rate-Limit-Reset", "X-RateLimit-Reset", "RateLimit-Reset"];

    /// <summary>The time; <see langword="null"/> where the answer does not say.</summary>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="now">The time.</param>
    internal static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        // The framework reads no negative number here, and no broken date.
        if (headers.RetryAfter is { } retryAfter)
        {
            return Bounded(retryAfter.Delta ?? retryAfter.Date - now);
        }

        foreach (var name in ResetHeaders)
        {
            if (headers.NonValidated.TryGetValues(name, out var values)
                && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return Bounded(number < LeastEpoch ? TimeSpan.FromSeconds(number) : Since(number) - now);
            }
        }

        return null;
    }

    private static DateTimeOffset Since(long number) =>
        DateTimeOffset.UnixEpoch.AddSeconds(
            Math.Min(number > LeastEpoch * 1000 ? number / 1000 : number, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static TimeSpan? Bounded(TimeSpan? delay) =>
        delay is not { } time ? null : time < TimeSpan.Zero ? TimeSpan.Zero : time > Longest ? Longest : time;
}
