using System.Globalization;
using System.Text;
using CsCheck;
using UserSync.Receiving.Events;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Events;

public sealed class Rfc3339Tests
{
    private static readonly Gen<string> Zone = Gen.OneOf(
        Gen.Const("Z"),
        Gen.Select(Gen.OneOf("+", "-"), Gen.Int[0, 15], Gen.Int[0, 60]).Select((sign, hours, minutes) => $"{sign}{hours:00}:{minutes:00}"));

    private static readonly Gen<string> Fraction = Gen.OneOf(
        Gen.Const(string.Empty), Gen.String[Gen.Char['0', '9'], 0, 9].Select(digits => $".{digits}"));

    /// <summary>Times in the usual form, some of which there never were.</summary>
    private static readonly Gen<string> Usual = Gen.Select(
        Gen.OneOf(Gen.Int[0, 9999], Gen.Int[1970, 2100]), Gen.Int[0, 13], Gen.Int[0, 32], Gen.Int[0, 86_500], Fraction, Zone,
        (year, month, day, second, fraction, zone) =>
            $"{year:0000}-{month:00}-{day:00}T{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}{fraction}{zone}");

    /// <summary>The same with one letter changed, left out or added.</summary>
    private static readonly Gen<string> NearlyUsual = Gen.Select(
        Usual, Gen.Int[0, 40], Gen.Char["0123456789-+:TZtz. /"], Gen.Int[0, 2],
        (text, at, letter, change) => (at % text.Length, change) switch
        {
            (var i, 0) => $"{text[..i]}{letter}{text[(i + 1)..]}",
            (var i, 1) => $"{text[..i]}{letter}{text[i..]}",
            (var i, _) => text.Remove(i, 1),
        });

    [Fact]
    public void What_is_read_here_is_what_the_reading_of_any_time_gives() => Gen.OneOf(Usual, NearlyUsual).Sample(text =>
    {
        var expected = EventTime.FromText(text);
        var read = EventTime.Read(Json.Parse($"\"{text}\""));

        Assert.Equal((expected, expected?.Offset), (read, read?.Offset));
        if (Rfc3339.TryRead(Encoding.ASCII.GetBytes(text), out var own))
        {
            Assert.Equal((expected, TimeSpan.Zero), (own, own.Offset));
            Assert.Equal(own, EventTime.FromIso(text));
        }
    }, iter: 20_000);

    [Fact]
    public void Every_time_there_is_is_read_here() =>
        Gen.Select(Gen.DateTime, Gen.Int[0, 7], Gen.Int[-839, 839]).Sample((time, digits, offset) =>
        {
            var format = $"yyyy-MM-ddTHH:mm:ss{(digits == 0 ? "" : "." + new string('f', digits))}";
            var text = time.ToString(format, CultureInfo.InvariantCulture);
            var expected = DateTime.ParseExact(text, format, CultureInfo.InvariantCulture);
            var zone = TimeSpan.FromMinutes(offset);

            Assert.Equal(expected, Read($"{text}Z")?.DateTime);
            if (expected.Year is > 1 and < 9999)
            {
                Assert.Equal(expected - zone, Read($"{text}{(offset < 0 ? '-' : '+')}{zone:hh\\:mm}")?.DateTime);
            }
        });

    [Theory]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00Z")]
    [InlineData("2026-01-31T12:00Z")]
    [InlineData("2026-01-31T12:00:00z")]
    [InlineData("2026-01-31T12:00:00+0100")]
    [InlineData("2026-01-31T12:00:00+14:00")]
    [InlineData("2026-01-31T12:00:00.Z")]
    [InlineData("2026-01-31T12:00:00.12345678Z")]
    [InlineData("2026-01-31T12:00:00Z ")]
    [InlineData("2026-02-29T12:00:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T23:59:60Z")]
    [InlineData("0000-01-31T12:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("202x-01-31T12:00:00Z")]
    [InlineData("x026-01-31T12:00:00Z")]
    [InlineData("1767225598")]
    [InlineData("")]
    public void Whatever_is_written_in_another_way_is_left_to_others(string text) => Assert.Null(Read(text));

    private static DateTimeOffset? Read(string text) => Rfc3339.TryRead(Encoding.UTF8.GetBytes(text), out var time) ? time : null;
}
