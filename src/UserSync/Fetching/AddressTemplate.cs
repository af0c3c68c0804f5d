using System.Text;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Fetching;

/// <summary>
/// A text with expressions in braces, such as <c>users/{event.data.id}</c>. The values that they yield never become anything but values.
/// </summary>
internal sealed class AddressTemplate
{
    private readonly string field;
    private readonly IReadOnlyList<TemplatePart> parts;
    private readonly ValuePlace place;
    private readonly bool isPath;

    /// <summary>Makes a template of its parts.</summary>
    /// <param name="field">What it fills, for messages.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="whole">What an expression that fills it alone becomes.</param>
    internal AddressTemplate(string field, IReadOnlyList<TemplatePart> parts, ValuePlace whole)
    {
        this.field = field;
        this.parts = parts;
        isPath = whole == ValuePlace.PathSegment;
        place = parts is [{ Expression: not null }] ? whole : ValuePlace.InText;
    }

    /// <summary>The expressions.</summary>
    internal IEnumerable<Expression> Expressions => parts.Select(part => part.Expression).OfType<Expression>();

    /// <summary>Splits a text into its parts; reports braces that do not fit, and expressions that cannot be compiled.</summary>
    /// <param name="setting">Where the text stands.</param>
    /// <param name="text">The text.</param>
    /// <returns>The parts; <see langword="null"/> where something is wrong.</returns>
    internal static IReadOnlyList<TemplatePart>? Parse(Setting setting, string text)
    {
        const string Remedy = "Write expressions in braces, for example \"/users/{event.data.id}\"";
        var parts = new List<TemplatePart>();
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var brace = rest.IndexOfAny('{', '}');
            if (brace != 0)
            {
                var literal = brace < 0 ? rest : rest[..brace];
                parts.Add(new TemplatePart(literal.ToString(), null));
                rest = rest[literal.Length..];
                continue;
            }

            var length = rest[0] == '{' ? LengthOf(rest) : 0;
            if (length == 0)
            {
                setting.Error("a brace in it has no other half", Remedy);
                return null;
            }

            if (EventAndRecord.EventExpression(setting, rest[1..(length - 1)].ToString(), Remedy) is not { } expression)
            {
                return null;
            }

            parts.Add(new TemplatePart(string.Empty, expression));
            rest = rest[length..];
        }

        return parts;
    }

    /// <summary>Appends the text, with every value escaped.</summary>
    /// <param name="address">What to append to.</param>
    /// <param name="input">The event.</param>
    /// <returns>Why it cannot be done; <see langword="null"/> where it was.</returns>
    internal MappingProblem? AppendTo(StringBuilder address, ExpressionInput input)
    {
        var plain = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Expression is not { } expression)
            {
                plain.Append(part.Literal);

                // A path is written as it is sent; a query is written as it is meant.
                address.Append(isPath ? part.Literal : Uri.EscapeDataString(part.Literal));
                continue;
            }

            if (!AddressValue.TryMake(expression, input, place, out var value, out var reason))
            {
                return new MappingProblem(field, expression.Text, reason);
            }

            plain.Append(value);
            address.Append(Uri.EscapeDataString(value));
        }

        return isPath && AddressValue.IsDotSegment(plain.ToString())
            ? new MappingProblem(field, Expressions.First().Text, "gave a dot segment, which would leave the path")
            : null;
    }

    /// <summary>The length of the expression in braces at the start, with its braces; 0 where it does not end. In quotes, braces are text.</summary>
    private static int LengthOf(ReadOnlySpan<char> text)
    {
        var depth = 0;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (quote != '\0')
            {
                at += letter == '\\' ? 1 : 0;
                quote = letter == quote ? '\0' : quote;
                continue;
            }

            quote = letter is '\'' or '"' or '`' ? letter : '\0';
            depth += letter switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at + 1;
            }
        }

        return 0;
    }
}
