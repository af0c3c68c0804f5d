using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using UserSync.Expressions;

namespace UserSync.Fetching;

/// <summary>
/// Takes a value of an event for an address, or says why it cannot be one. What is taken is escaped; and as servers and what stands
/// before them disagree about escapes (some decode <c>%2F</c> before they look for a route, some decode twice), a path takes only
/// what means nothing to any of them.
/// </summary>
internal static class AddressValue
{
    private const int MaxLength = 1024;

    /// <summary>What ids are made of: letters, digits, and what e-mail addresses, UUIDs and names of principals have in addition.</summary>
    private static readonly SearchValues<char> InText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:@+|=#");

    /// <summary>The same with the apostrophe, which e-mail addresses may have too, where it ends no text in quotes.</summary>
    private static readonly SearchValues<char> InSegments =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:@+|=#'");

    /// <summary>Takes the value that an expression yields.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="input">The event.</param>
    /// <param name="place">Where the value is to stand.</param>
    /// <param name="value">The value, not escaped yet.</param>
    /// <param name="reason">Why there is none, as the end of a sentence that quotes nothing.</param>
    internal static bool TryMake(
        Expression expression,
        ExpressionInput input,
        ValuePlace place,
        [NotNullWhen(true)] out string? value,
        [NotNullWhen(false)] out string? reason)
    {
        value = null;
        try
        {
            var element = expression.Evaluate(input);
            value = element.ValueKind is JsonValueKind.String or JsonValueKind.Number ? element.AsText() : null;
            reason = value is null ? $"gave {element.Describe()} where an id is expected" : WhyNot(value, place);
        }
        catch (ExpressionException exception)
        {
            reason = exception.Message;
        }

        return reason is null;
    }

    /// <summary>Whether a segment means another place in the path; more than two dots do so to few, and to nobody an id.</summary>
    internal static bool IsDotSegment(ReadOnlySpan<char> segment) => segment.Length > 0 && segment.TrimStart('.').IsEmpty;

    private static string? WhyNot(string value, ValuePlace place)
    {
        if (value.Length == 0)
        {
            return "gave an empty text where an id is expected";
        }

        if (value.Length > MaxLength)
        {
            return $"gave a text of more than {MaxLength} characters where an id is expected";
        }

        var at = place == ValuePlace.QueryValue
            ? IndexOfUnprintable(value)
            : value.AsSpan().IndexOfAnyExcept(place == ValuePlace.InText ? InText : InSegments);
        return at < 0 ? null : $"gave a text with a character that no id has in this place (U+{(int)value[at]:X4})";
    }

    private static int IndexOfUnprintable(string value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (!Rune.TryGetRuneAt(value, at, out var rune) || Rune.IsControl(rune))
            {
                return at;
            }

            at += rune.Utf16SequenceLength - 1;
        }

        return -1;
    }
}
