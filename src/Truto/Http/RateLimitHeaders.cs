using System.Globalization;
using System.Net.Http.Headers;

namespace Truto.Http;

/// <summary>Reads the <c>ratelimit-*</c> headers; a part that cannot be read is missing.</summary>
internal static class RateLimitHeaders
{
    // A reset beyond these is a point in time, in milliseconds or seconds since 1970: no provider lets anyone wait 30 years.
    private const decimal EpochMilliseconds = 1e12m;
    private const decimal EpochSeconds = 1e9m;

    /// <summary>What the headers say, or <see langword="null"/> where they say nothing.</summary>
    public static RateLimit? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var (limit, window) = Limit(First(headers, "ratelimit-limit"));
        var remaining = Number(First(headers, "ratelimit-remaining"));
        var reset = Reset(First(headers, "ratelimit-reset"), now);
        return limit is null && window is null && remaining is null && reset is null
            ? null
            : new RateLimit(limit, window, remaining, reset);
    }

    /// <summary>The first value of a header, without surrounding space, or <see langword="null"/>.</summary>
    public static string? First(HttpResponseHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out var values))
        {
            foreach (var value in values)
            {
                return value.Trim();
            }
        }

        return null;
    }

    /// <summary>The first part is the limit; the first that begins with <c>w=</c>, the window.</summary>
    private static (long? Limit, TimeSpan? Window) Limit(ReadOnlySpan<char> text)
    {
        long? limit = null;
        foreach (var range in text.SplitAny(',', ';'))
        {
            var part = text[range].Trim();
            if (part.StartsWith("w="))
            {
                return (limit, Number(part[2..]) is { } seconds ? RetryDelay.Bounded(seconds) : null);
            }

            limit = range.Start.Value == 0 ? Number(part) : limit;
        }

        return (limit, null);
    }

    private static TimeSpan? Reset(string? text, DateTimeOffset now)
    {
        if (!decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        var epoch = now.ToUnixTimeMilliseconds() / 1000m;
        return RetryDelay.Bounded(value > EpochMilliseconds ? (value / 1000) - epoch : value > EpochSeconds ? value - epoch : value);
    }

    private static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
