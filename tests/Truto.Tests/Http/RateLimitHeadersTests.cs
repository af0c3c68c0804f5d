using Truto.Http;

namespace Truto.Tests.Http;

public sealed class RateLimitHeadersTests
{
    // 2026-11-23T12:00:00Z
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1795435200);

    [Fact]
    public void The_documented_example_is_read() => Assert.Equal(
        new RateLimit(110, TimeSpan.FromSeconds(10), 109, TimeSpan.FromSeconds(60)),
        Read(("ratelimit-limit", "110;w=10"), ("ratelimit-remaining", "109"), ("ratelimit-reset", "60")));

    [Theory]
    [InlineData("60", 60)]
    [InlineData("0", 0)]
    [InlineData("-1", 0)]
    [InlineData("1795435230", 30)]
    [InlineData("1795435230500", 30.5)]
    [InlineData("1795435100", 0)]
    public void A_reset_is_a_number_of_seconds_or_a_point_in_time(string reset, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("ratelimit-reset", reset))!.ResetAfter);

    [Theory]
    [InlineData("110", 110L, null)]
    [InlineData("110, 110;w=10", 110L, 10)]
    [InlineData(" 110 ; w=10 ", 110L, 10)]
    [InlineData("110;w=x", 110L, null)]
    public void A_limit_may_have_a_window(string value, long limit, int? window)
    {
        var rateLimit = Read(("ratelimit-limit", value))!;

        Assert.Equal(limit, rateLimit.Limit);
        Assert.Equal(window is { } seconds ? TimeSpan.FromSeconds(seconds) : null, rateLimit.Window);
    }

    [Theory]
    [InlineData("w=10")]
    [InlineData("many;w=10;w=20")]
    public void A_window_may_come_without_a_limit(string value) =>
        Assert.Equal(new RateLimit(null, TimeSpan.FromSeconds(10), null, null), Read(("ratelimit-limit", value)));

    [Fact]
    public void Rubbish_and_absence_are_nothing()
    {
        Assert.Null(Read());
        Assert.Null(Read(("ratelimit-limit", "many"), ("ratelimit-remaining", "-1"), ("ratelimit-reset", "soon")));
    }

    private static RateLimit? Read(params (string Name, string Value)[] headers) =>
        RateLimitHeaders.Read(RetryDelayTests.Headers(headers), Now);
}
