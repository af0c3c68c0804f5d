namespace UserSync.Receiving.Events;

/// <summary>
/// Reads a time as nearly every sender writes it, <c>2026-01-31T12:00:00.123Z</c> or with an offset such as <c>+01:00</c>, without making
/// a text of it. Whatever is written in another way, or is no time, is left to those who read any.
/// </summary>
internal static class Rfc3339
{
    /// <summary>No time that is read here is longer.</summary>
    internal const int MaxLength = 33;

    private const int ZoneLength = 6;
    private const int MostDigits = 7;

    /// <summary>Reads a time.</summary>
    /// <param name="text">The text, in ASCII.</param>
    /// <param name="time">The time, in UTC.</param>
    internal static bool TryRead(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > MaxLength || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        var year = (Two(text) * 100) + Two(text[2..]);
        var (month, day) = (Two(text[5..]), Two(text[8..]));
        var (hour, minute, second) = (Two(text[11..]), Two(text[14..]), Two(text[17..]));
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
        {
            return false;
        }

        if (!TryReadFraction(text[19..], out var fraction, out var zone) || !TryReadZone(zone, out var offset))
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second).Ticks + fraction - offset;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out long ticks, out ReadOnlySpan<byte> rest)
    {
        ticks = 0;
        rest = text;
        if (text[0] != '.')
        {
            return true;
        }

        var length = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length is < 1 or > MostDigits)
        {
            return false;
        }

        for (var i = 1; i <= MostDigits; i++)
        {
            ticks = (ticks * 10) + (i <= length ? text[i] - '0' : 0);
        }

        rest = text[(length + 1)..];
        return true;
    }

    private static bool TryReadZone(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text is [(byte)'Z'])
        {
            return true;
        }

        if (text.Length != ZoneLength || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
        {
            return false;
        }

        var (hours, minutes) = (Two(text[1..]), Two(text[4..]));
        ticks = ((hours * 60) + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return hours is >= 0 and < 14 && minutes is >= 0 and <= 59;
    }

    /// <summary>The number that two digits make; far below zero where one of them is none.</summary>
    private static int Two(ReadOnlySpan<byte> text)
    {
        var (tens, ones) = (text[0] - '0', text[1] - '0');
        return (uint)tens > 9 || (uint)ones > 9 ? short.MinValue : (tens * 10) + ones;
    }
}
