using System.Buffers.Text;
using System.Globalization;
using System.Text;
using UserSync.Azure.Storage;

namespace UserSync.Azure.Outcomes;

/// <summary>Where a list goes on.</summary>
/// <param name="Position">The row key after which it goes on; empty for the beginning.</param>
/// <param name="Span">How much time is to be searched at once, in ticks.</param>
/// <param name="Wall">The time that is left where a longer stretch ended that could not be searched at once; 0 where there is none.</param>
internal readonly record struct OutcomeCursor(string Position, long Span, long Wall)
{
    /// <summary>The beginning, and everything at once.</summary>
    internal static readonly OutcomeCursor Start = new(string.Empty, long.MaxValue, 0);

    private const int MostLength = 256;

    /// <summary>Reads a cursor.</summary>
    /// <param name="text">What <see cref="ToString"/> wrote.</param>
    /// <exception cref="FormatException">It is not one.</exception>
    internal static OutcomeCursor Parse(string text)
    {
        if (text.Length <= MostLength && Base64Url.IsValid(text))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
            if (parts is [var position, var ticks, var end]
                && TimeKey.IsPosition(position)
                && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var span)
                && span > 0
                && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var wall)
                && wall <= TimeKey.MostLeft)
            {
                return new OutcomeCursor(position, span, wall);
            }
        }

        throw new FormatException("This is not a cursor of this list.");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Position} {Span} {Wall}")));
}
