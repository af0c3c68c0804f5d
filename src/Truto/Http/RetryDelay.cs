using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Truto.Http;

/// <summary>How long to wait before the next attempt. Pure: the clock and the chance come in as values.</summary>
internal static class RetryDelay
{
    /// <summary>
    /// No wait is believed to be longer: a limit that lasts tells so again in an hour, and a header that is mistaken stops nobody for days.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>What is further off than this is taken for rubbish.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>
    /// The wait before the attempt that follows retry number <paramref name="retry"/> (0 for the first). What the response asked for
    /// is the lower bound, stretched by up to a tenth so that callers who were all told the same do not come back together; zero
    /// stays zero. Where it asked for nothing: full jitter under an exponential bound.
    /// </summary>
    /// <param name="retry">How many retries there were before.</param>
    /// <param name="asked">The wait that the response asked for.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="chance">A number from 0 up to 1.</param>
    public static TimeSpan Next(int retry, TimeSpan? asked, TrutoOptions options, double chance)
    {
        if (asked is { } least)
        {
            return least + (Min(options.BaseDelay, least / 10) * chance);
        }

        var bound = Math.Min(options.MaxDelay.Ticks, options.BaseDelay.Ticks * Math.Pow(2, retry));
        return TimeSpan.FromTicks((long)(bound * chance));
    }

    /// <summary>The wait that a response asks for, as far as it is believed, or <see langword="null"/> where it asks for none.</summary>
    public static TimeSpan? Asked(HttpResponseHeaders headers, HttpStatusCode status, RateLimit? rateLimit, DateTimeOffset now)
    {
        var asked = RetryAfter(headers, now)
            ?? (status is HttpStatusCode.TooManyRequests || rateLimit is { Remaining: 0 } ? rateLimit?.ResetAfter : null);
        return asked is { } wait ? Min(wait, LongestWait) : null;
    }

    /// <summary>Reads <c>Retry-After</c> as seconds or as an HTTP date; what is past or negative means at once.</summary>
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (RateLimitHeaders.First(headers, "Retry-After") is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Bounded(seconds);
        }

        return RetryConditionHeaderValue.TryParse(text, out var value) && value.Date is { } date
            ? Bounded((decimal)(date - now).TotalSeconds)
            : null;
    }

    /// <summary>Seconds as a time span, zero where negative, <see langword="null"/> where absurd.</summary>
    internal static TimeSpan? Bounded(decimal seconds) =>
        seconds <= 0 ? TimeSpan.Zero
        : seconds > (decimal)Longest.TotalSeconds ? null
        : TimeSpan.FromSeconds((double)seconds);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
