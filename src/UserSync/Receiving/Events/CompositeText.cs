using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Expressions;

namespace UserSync.Receiving.Events;

/// <summary>
/// A text made of one expression or of several. Several are joined so that no two lists of parts make the same text:
/// <c>ab</c> and <c>c</c> never meet <c>a</c> and <c>bc</c>.
/// </summary>
/// <param name="parts">The expressions.</param>
/// <param name="separator">What stands between the parts; in a part it is escaped.</param>
internal sealed class CompositeText(IReadOnlyList<Expression> parts, char separator)
{
    private const char Escape = '\\';

    /// <summary>The path, where the text is what one path leads to.</summary>
    internal PlainPath? Path => parts is [PlainPath path] ? path : null;

    /// <summary>The headers that the expressions read.</summary>
    internal IEnumerable<string> Headers => parts.Select(part => part.Header).OfType<string>();

    /// <summary>Puts a text where the expressions would read it, in parts where they join some, for samples.</summary>
    internal void Place(JsonObject data, IDictionary<string, string> headers, string text)
    {
        foreach (var (part, value) in parts.Zip(text.Split(separator, parts.Count)))
        {
            part.Place(data, headers, value);
        }
    }

    internal static CompositeText? Read(Setting setting, char separator)
    {
        var parts = setting.Expressions("Write an expression, or an array of expressions");
        return parts.Count == 0 ? null : new CompositeText(parts, separator);
    }

    /// <summary>The text that a single part gives; <see langword="null"/> where it gives none.</summary>
    /// <param name="value">What it gives.</param>
    internal static string? Of(JsonElement value) => value.AsText() is { Length: > 0 } text ? text : null;

    /// <summary>The text; <see langword="null"/> where none of the parts has a value.</summary>
    /// <param name="input">The event.</param>
    /// <param name="isWhole">Whether one part without a value is enough for there to be no text.</param>
    /// <exception cref="ExpressionException">A part cannot be evaluated over this event.</exception>
    internal string? Of(ExpressionInput input, bool isWhole = false)
    {
        if (parts is [var only])
        {
            return Of(only.Evaluate(input));
        }

        var joined = new StringBuilder();
        var found = false;
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
            {
                joined.Append(separator);
            }

            var part = parts[i].Evaluate(input).AsText();
            if (isWhole && string.IsNullOrEmpty(part))
            {
                return null;
            }

            found |= !string.IsNullOrEmpty(part);
            foreach (var letter in part ?? string.Empty)
            {
                if (letter == separator || letter == Escape)
                {
                    joined.Append(Escape);
                }

                joined.Append(letter);
            }
        }

        return found ? joined.ToString() : null;
    }
}
