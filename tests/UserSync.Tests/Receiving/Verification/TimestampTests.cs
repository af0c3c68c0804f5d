using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using UserSync.Receiving.Verification;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

public sealed class TimestampTests
{
    private const string Secret = "secret";

    public static TheoryData<string> Formats => ["seconds", "milliseconds", "iso8601"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_delivery_may_be_as_old_and_as_far_ahead_as_the_tolerance(string format)
    {
        foreach (var (offset, verdict) in new[]
        {
            (0, Verdict.Valid), (-300_000, Verdict.Valid), (300_000, Verdict.Valid), (-301_000, Verdict.StaleTimestamp), (301_000, Verdict.StaleTimestamp),
            (-86_400_000, Verdict.StaleTimestamp), (86_400_000, Verdict.StaleTimestamp),
        })
        {
            Assert.Equal(verdict, await TryAsync(format, 300, Written(format, Now.Time.AddMilliseconds(offset))));
        }
    }

    [Fact]
    public async Task Milliseconds_count()
    {
        Assert.Equal(Verdict.StaleTimestamp, await TryAsync("milliseconds", 300, Written("milliseconds", Now.Time.AddMilliseconds(-300_001))));
        Assert.Equal(Verdict.StaleTimestamp, await TryAsync("iso8601", 300, "2026-01-01T00:05:00.001Z"));
        Assert.Equal(Verdict.Valid, await TryAsync("iso8601", 300, "2026-01-01T00:05:00.000Z"));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", Verdict.Valid)]
    [InlineData("2026-01-01T01:00:00+01:00", Verdict.Valid)]
    [InlineData("2025-12-31T19:00:00-0500", Verdict.Valid)]
    [InlineData("2026-01-01T00:00:00", Verdict.Valid)]
    [InlineData("2026-01-01 00:00:00.123456", Verdict.Valid)]
    [InlineData("2026-01-01T01:00:00", Verdict.StaleTimestamp)]
    public async Task ISO_8601_is_read_with_a_zone_and_without_one(string text, Verdict verdict) => Assert.Equal(verdict, await TryAsync("iso8601", 300, text));

    [Theory]
    [InlineData("seconds", "")]
    [InlineData("seconds", "now")]
    [InlineData("seconds", "-1767225600")]
    [InlineData("seconds", "+1767225600")]
    [InlineData("seconds", "1767225600.5")]
    [InlineData("seconds", "1,767,225,600")]
    [InlineData("seconds", "0x69559980")]
    [InlineData("seconds", "99999999999999999999")]
    [InlineData("seconds", "9223372036854775807")]
    [InlineData("seconds", "253402300800")]
    [InlineData("seconds", "2026-01-01T00:00:00Z")]
    [InlineData("milliseconds", "9223372036854775807")]
    [InlineData("iso8601", "1767225600")]
    [InlineData("iso8601", "yesterday")]
    [InlineData("iso8601", "2026-13-01T00:00:00Z")]
    public async Task What_is_no_time_is_missing(string format, string text) => Assert.Equal(Verdict.MissingTimestamp, await TryAsync(format, 300, text));

    [Fact]
    public async Task Seconds_read_as_milliseconds_are_stale() =>
        Assert.Equal(Verdict.StaleTimestamp, await TryAsync("milliseconds", 300, Written("seconds", Now.Time)));

    [Fact]
    public async Task Blanks_around_a_time_do_not_matter()
    {
        var header = $"t= {Written("seconds", Now.Time)} , v1={Sign($"{Written("seconds", Now.Time)}.{{}}")}";

        Assert.Equal(Verdict.Valid, await Keyed().VerdictAsync(Deliveries.Of("{}", [("X-Signature", header)]), Secret));
    }

    [Fact]
    public async Task A_time_in_the_signatures_header_is_read_there()
    {
        Assert.Equal(Verdict.Valid, await TryKeyedAsync(Now.Time));
        Assert.Equal(Verdict.StaleTimestamp, await TryKeyedAsync(Now.Time.AddSeconds(-301)));
        Assert.Equal(Verdict.MissingTimestamp, await Keyed().VerdictAsync(Deliveries.Of("{}", [("X-Signature", $"v1={Sign(".{}")}")]), Secret));
    }

    [Fact]
    public async Task A_time_that_comes_twice_is_missing()
    {
        var text = Written("seconds", Now.Time);
        var delivery = Deliveries.Of("{}", [("X-Time", text), ("X-Time", text), ("X-Signature", Sign($"{text}.{{}}"))]);

        Assert.Equal(Verdict.MissingTimestamp, await InHeader("seconds", 300).VerdictAsync(delivery, Secret));
    }

    [Fact]
    public async Task A_time_that_was_changed_after_signing_is_no_use()
    {
        var delivery = Deliveries.Of("{}", [("X-Time", Written("seconds", Now.Time)), ("X-Signature", Sign($"{Written("seconds", Now.Time.AddDays(-1))}.{{}}"))]);

        Assert.Equal(Verdict.Mismatch, await InHeader("seconds", 300).VerdictAsync(delivery, Secret));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(604_800)]
    public async Task The_tolerance_is_configured(int tolerance)
    {
        Assert.Equal(Verdict.Valid, await TryAsync("seconds", tolerance, Written("seconds", Now.Time.AddSeconds(-tolerance))));
        Assert.Equal(Verdict.StaleTimestamp, await TryAsync("seconds", tolerance, Written("seconds", Now.Time.AddSeconds(-tolerance - 1))));
    }

    private static Task<Verdict> TryAsync(string format, int tolerance, string time) => InHeader(format, tolerance)
        .VerdictAsync(Deliveries.Of("{}", [("X-Time", time), ("X-Signature", Sign($"{time}.{{}}"))]), Secret);

    private static Task<Verdict> TryKeyedAsync(DateTimeOffset time) => Keyed()
        .VerdictAsync(Deliveries.Of("{}", [("X-Signature", $"t={Written("seconds", time)},v1={Sign($"{Written("seconds", time)}.{{}}")}")]), Secret);

    private static Verifier InHeader(string format, int tolerance) => TestVerifier.Of($$"""
        { "scheme": "hmac", "header": "X-Signature", "content": "{header:X-Time}.{body}",
          "timestamp": { "from": "header:X-Time", "format": "{{format}}", "tolerance": {{tolerance}} } }
        """);

    private static Verifier Keyed() => TestVerifier.Of("""
        { "scheme": "hmac", "header": "X-Signature", "separator": ",", "key": "v1", "content": "{sig:t}.{body}", "timestamp": { "from": "sig:t" } }
        """);

    private static string Written(string format, DateTimeOffset time) => format switch
    {
        "seconds" => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        "milliseconds" => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        _ => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
    };

    private static string Sign(string content) => Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(content)));
}
