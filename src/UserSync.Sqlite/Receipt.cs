using System.Globalization;
using System.Runtime.InteropServices;

namespace UserSync.Sqlite;

/// <summary>Where a message stands while somebody has it: whoever takes it next moves it.</summary>
/// <param name="VisibleAt">Until when it is hidden, in UTC ticks.</param>
/// <param name="Message">The message.</param>
/// <param name="Stamp">A number that is drawn at each taking.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Receipt(long VisibleAt, long Message, long Stamp)
{
    /// <summary>Reads a receipt.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static Receipt Parse(string text) =>
        text.Split('-') is [var visibleAt, var message, var stamp]
        && TryParse(visibleAt, out var first) && TryParse(message, out var second) && TryParse(stamp, out var third)
            ? new Receipt(first, second, third)
            : throw new ArgumentException("The receipt is not one of this queue.", nameof(text));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{VisibleAt:x}-{Message:x}-{Stamp:x}");

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
