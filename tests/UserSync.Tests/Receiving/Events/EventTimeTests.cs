using System.Globalization;
using CsCheck;
using UserSync.Receiving.Events;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Events;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("\"2025-12-31T23:59:58Z\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2025-12-31T23:59:58.120Z\"", "2025-12-31T23:59:58.1200000Z")]
    [InlineData("\"2025-12-31T23:59:58.123456\"", "2025-12-31T23:59:58.1234560Z")]
    [InlineData("\"2025-12-31T23:59:58.123456789Z\"", "2025-12-31T23:59:58.1234568Z")]
    [InlineData("\"2025-12-31T23:59:58\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2025-12-31 23:59:58\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2026-01-01T00:59:58+01:00\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2026-01-01T00:59:58+0100\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2025-12-31T23:59:58+0000\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2025-12-31T18:59:58-05:00\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"2025-12-31\"", "2025-12-31T00:00:00.0000000Z")]
    [InlineData("\"Wed, 31 Dec 2025 23:59:58 GMT\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("1767225598", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("1767225598.5", "2025-12-31T23:59:58.5000000Z")]
    [InlineData("1767225598120", "2025-12-31T23:59:58.1200000Z")]
    [InlineData("1767225598123456", "2025-12-31T23:59:58.1234560Z")]
    [InlineData("1767225598123456789", "2025-12-31T23:59:58.1234567Z")]
    [InlineData("1.767225598e9", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"1767225598\"", "2025-12-31T23:59:58.0000000Z")]
    [InlineData("\"1767225598120\"", "2025-12-31T23:59:58.1200000Z")]
    [InlineData("\"1767225598.123456\"", "2025-12-31T23:59:58.1234560Z")]
    [InlineData("\"20260131\"", "2026-01-31T00:00:00.0000000Z")]
    [InlineData("\"20240229\"", "2024-02-29T00:00:00.0000000Z")]
    [InlineData("\"20260131120059\"", "2026-01-31T12:00:59.0000000Z")]
    [InlineData("20260131", "1970-08-23T11:48:51.0000000Z")]
    [InlineData("20260131120059", "2612-01-08T06:12:00.0590000Z")]
    [InlineData("\"20260231\"", "1970-08-23T11:50:31.0000000Z")]
    [InlineData("\"20260131126059\"", "2612-01-08T06:12:06.0590000Z")]
    [InlineData("\"2026013112\"", "2034-03-15T05:25:12.0000000Z")]
    [InlineData("\"20260131.5\"", "1970-08-23T11:48:51.5000000Z")]
    [InlineData("0", "1970-01-01T00:00:00.0000000Z")]
    [InlineData("99999999999", "5138-11-16T09:46:39.0000000Z")]
    [InlineData("100000000000", "1973-03-03T09:46:40.0000000Z")]
    public void A_time_is_read_however_it_is_written(string json, string expected) =>
        Assert.Equal(expected, EventTime.Read(Json.Parse(json))?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("\"soon\"")]
    [InlineData("\"10:30\"")]
    [InlineData("\"10:30:00 today\"")]
    [InlineData("\"2025-13-31T00:00:00Z\"")]
    [InlineData("\"2025-12-31T25:00:00Z\"")]
    [InlineData("\"12/31/2025\"")]
    [InlineData("\"Dec 31 2025\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("-1")]
    [InlineData("\"-1767225598\"")]
    [InlineData("\"1,767,225,598\"")]
    [InlineData("1e30")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Wed, 31 Dec 2025 23:59:58 PST\"")]
    public void Rubbish_is_no_time(string json) => Assert.Null(EventTime.Read(Json.Parse(json)));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_text_of_absurd_length_is_no_time(int length, bool isTime)
    {
        Assert.Equal(isTime, EventTime.Read(Json.Parse($"\"{"1767225598.".PadRight(length, '0')}\"")) is not null);
        Assert.Equal(isTime, EventTime.Read(Json.Parse($"\"{"2025-12-31T23:59:58Z".PadRight(length)}\"")) is not null);
        Assert.Equal(isTime, EventTime.FromIso("2025-12-31T23:59:58Z".PadRight(length)) is not null);
    }

    [Fact]
    public void Any_time_is_read_back_from_every_unit() => Gen.Long[1_000_000_000_000, 99_999_999_999_000].Sample(milliseconds =>
    {
        var expected = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        var texts = new[]
        {
            $"{milliseconds}", $"{milliseconds}000", $"{milliseconds}000000", $"{milliseconds / 1000m}",
            $"\"{expected:O}\"", $"\"{expected.ToOffset(TimeSpan.FromMinutes(345)):O}\"", $"\"{expected:yyyy-MM-ddTHH:mm:ss.fff}\"", $"\"{expected:yyyy-MM-dd HH:mm:ss.ffffff}\"",
        };

        Assert.All(texts, text => Assert.Equal(expected, EventTime.Read(Json.Parse(text))));
    });

    [Fact]
    public void Nothing_is_a_reason_to_fail() => Gen.OneOf(
            Json.Value,
            Gen.Decimal.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Gen.String[Gen.Char["0123456789-:TZ+. eE"], 1, 30].Select(text => $"\"{text}\""))
        .Sample(json => Assert.True(EventTime.Read(Json.Parse(json)) is not { } time || time >= DateTimeOffset.MinValue), iter: 2000);
}
