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
        var limit = First(headers, "ratelimit-limit");
        var rateLimit = new RateLimit(
            Number(limit?.Split(',', ';')[0]),
            Window(limit),
            Number(First(headers, "ratelimit-remaining")),
            Reset(First(headers, "ratelimit-reset"), now));
        return rateLimit == new RateLimit(null, null, null, null) ? null : rateLimit;
    }

    /// <summary>The first value of a header, without surrounding space, or <see langword="null"/>.</summary>
    public static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.First().Trim() : null;

    private static TimeSpan? Window(string? limit)
    {
        var window = limit?.Split(',', ';').Select(part => part.Trim())
            .FirstOrDefault(part => part.StartsWith("w=", StringComparison.Ordinal));
        return Number(window?[2..]) is { } seconds ? RetryDelay.Bounded(seconds) : null;
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

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
