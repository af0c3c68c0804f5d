using System.Globalization;
using System.Text.Json;

namespace Truto;

/// <summary>
/// A date in a unified response. Truto declares these as ISO 8601, but a mapping makes them from what the provider sends, so that
/// anything may arrive: the text is kept as it came, and read where it can be.
/// </summary>
/// <param name="Text">The text as it was sent; a number is kept as its JSON text.</param>
/// <param name="Value">
/// The point in time, or <see langword="null"/> where the text is none. A date without a zone, such as
/// <c>2024-09-01 10:00:00</c>, is taken as UTC (inferred).
/// </param>
public sealed record LenientDate(string Text, DateTimeOffset? Value)
{
    private const int LongestUsual = 28;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd",
    ];

    /// <summary>Reads a date, and keeps the text where it cannot be read.</summary>
    /// <param name="text">ISO 8601, with <c>T</c> or a space, with or without a zone, or only a day.</param>
    public static LenientDate Parse(string text) => new(
        text,
        DateTimeOffset.TryParseExact(
            text,
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowLeadingWhite | DateTimeStyles.AllowTrailingWhite,
            out var value)
            ? value
            : null);

    /// <summary>Reads a date in JSON.</summary>
    /// <param name="json">The JSON string.</param>
    /// <param name="text">What it says.</param>
    internal static LenientDate Read(JsonElement json, string text)
    {
        // The usual form, for which JSON's own reader takes a fraction of the time. Whatever it reads of these, Parse reads as the same.
        var isUsual = text.Length <= LongestUsual && text.EndsWith('Z');
        return isUsual && json.TryGetDateTimeOffset(out var value) ? new LenientDate(text, value) : Parse(text);
    }

    /// <summary>The point in time in ISO 8601. A text that is no date is not shown, because it may be anything.</summary>
    public override string ToString() => Value?.ToString("O", CultureInfo.InvariantCulture) ?? "(not a date)";
}
