using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using UserSync.Expressions;

namespace UserSync.Receiving.Events;

/// <summary>
/// Reads a time of occurrence however senders write it: ISO 8601 with a zone or without one (then UTC), an HTTP date, or the time
/// since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by size. A text of digits that make a date, as
/// <c>20260131</c> or <c>20260131120000</c>, is that date: counted from 1970, it would be a day before 1974 or centuries from now.
/// </summary>
internal static class EventTime
{
    private const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] DateDigits = ["yyyyMMdd", "yyyyMMddHHmmss"];

    // Seconds stay below this until the year 5138; milliseconds are above it since 1973.
    private const decimal MostSeconds = 100_000_000_000m;

    internal static DateTimeOffset? Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && Rfc3339.TryRead(JsonMarshal.GetRawUtf8Value(value)[1..^1], out var usual))
        {
            return usual;
        }

        return value.AsText() is not { } text ? null
            : value.ValueKind == JsonValueKind.String ? FromDigits(text) ?? FromText(text)
            : FromText(text);
    }

    /// <summary>Reads any of the forms.</summary>
    internal static DateTimeOffset? FromText(string text)
    {
        if (text.Length is 0 or > 64)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return FromNumber(number);
        }

        return AnyIso(text) ?? (DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, Styles, out var time) ? time : null);
    }

    /// <summary>Reads ISO 8601. Only whole dates: the framework would complete "10:30" with today's.</summary>
    internal static DateTimeOffset? FromIso(string text)
    {
        Span<byte> bytes = stackalloc byte[Rfc3339.MaxLength];
        return text.Length <= bytes.Length && Ascii.FromUtf16(text, bytes, out var length) == OperationStatus.Done
            && Rfc3339.TryRead(bytes[..length], out var usual) ? usual : AnyIso(text);
    }

    private static DateTimeOffset? FromDigits(string text) =>
        text.Length is 8 or 14 && DateTimeOffset.TryParseExact(text, DateDigits, CultureInfo.InvariantCulture, Styles, out var time)
            ? time
            : null;

    private static DateTimeOffset? AnyIso(string text) =>
        text.Length is >= 8 and <= 64 && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time)
            ? time
            : null;

    private static DateTimeOffset FromNumber(decimal number)
    {
        var seconds = number;
        while (seconds >= MostSeconds)
        {
            seconds /= 1000;
        }

        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }
}
