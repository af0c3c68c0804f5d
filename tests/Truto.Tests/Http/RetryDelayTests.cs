using System.Net;
using System.Net.Http.Headers;
using Truto.Http;

namespace Truto.Tests.Http;

public sealed class RetryDelayTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TrutoOptions Options = new();

    [Theory]
    [InlineData("10", 10)]
    [InlineData("0", 0)]
    [InlineData("-5", 0)]
    [InlineData("1.5", 1.5)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Monday, 23-Nov-26 12:00:30 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 11:00:00 GMT", 0)]
    public void Retry_after_is_read_as_seconds_or_as_a_date(string value, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Asked(HttpStatusCode.InternalServerError, ("Retry-After", value)));

    [Theory]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("10s")]
    [InlineData("99999999999")]
    [InlineData("1e3")]
    public void Rubbish_in_retry_after_is_ignored(string value) =>
        Assert.Null(Asked(HttpStatusCode.TooManyRequests, ("Retry-After", value)));

    [Theory]
    [InlineData("3600", 3600)]
    [InlineData("3601", 3600)]
    [InlineData("5000000", 3600)]
    [InlineData("Wed, 25 Nov 2026 12:00:00 GMT", 3600)]
    public void No_more_than_an_hour_is_believed(string value, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Asked(HttpStatusCode.InternalServerError, ("Retry-After", value)));

    [Fact]
    public void Of_a_reset_too_no_more_than_an_hour_is_believed() =>
        Assert.Equal(TimeSpan.FromHours(1), Asked(HttpStatusCode.TooManyRequests, ("ratelimit-reset", "3600000")));

    [Fact]
    public void Rubbish_in_retry_after_leaves_the_reset() => Assert.Equal(
        TimeSpan.FromSeconds(7), Asked(HttpStatusCode.TooManyRequests, ("Retry-After", "soon"), ("ratelimit-reset", "7")));

    [Fact]
    public void Retry_after_comes_before_the_reset() => Assert.Equal(
        TimeSpan.Zero, Asked(HttpStatusCode.TooManyRequests, ("Retry-After", "0"), ("ratelimit-reset", "7")));

    [Theory]
    [InlineData(429, "5", true)]
    [InlineData(429, null, true)]
    [InlineData(500, "0", true)]
    [InlineData(500, "5", false)]
    [InlineData(500, null, false)]
    public void The_reset_counts_on_429_and_where_nothing_remains(int status, string? remaining, bool counts)
    {
        (string, string)[] headers = remaining is null
            ? [("ratelimit-reset", "7")]
            : [("ratelimit-reset", "7"), ("ratelimit-remaining", remaining)];

        Assert.Equal(counts ? TimeSpan.FromSeconds(7) : null, Asked((HttpStatusCode)status, headers));
    }

    [Fact]
    public void What_is_asked_is_the_lower_bound_and_is_stretched_by_a_tenth_at_most()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), RetryDelay.Next(0, TimeSpan.FromSeconds(2), Options, chance: 0));
        Assert.Equal(TimeSpan.FromSeconds(2.2), RetryDelay.Next(0, TimeSpan.FromSeconds(2), Options, chance: 1));
        Assert.Equal(TimeSpan.FromSeconds(60.5), RetryDelay.Next(0, TimeSpan.FromSeconds(60), Options, chance: 1));
    }

    [Fact]
    public void Zero_is_at_once() => Assert.Equal(TimeSpan.Zero, RetryDelay.Next(5, TimeSpan.Zero, Options, chance: 1));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(2000, 10)]
    public void Without_a_wish_the_bound_doubles_up_to_its_maximum(int retry, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryDelay.Next(retry, asked: null, Options, chance: 1));
        Assert.Equal(TimeSpan.FromSeconds(seconds / 2), RetryDelay.Next(retry, asked: null, Options, chance: 0.5));
        Assert.Equal(TimeSpan.Zero, RetryDelay.Next(retry, asked: null, Options, chance: 0));
    }

    private static TimeSpan? Asked(HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        var all = Headers(headers);
        return RetryDelay.Asked(all, status, RateLimitHeaders.Read(all, Now), Now);
    }

    internal static HttpResponseHeaders Headers(params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response.Headers;
    }
}
