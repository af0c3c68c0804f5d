using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UserSync.Expressions;

/// <summary>
/// The part of JMESPath that nearly every mapping consists of: names, quoted names and indexes, as in
/// <c>data.emails[0]."e-mail"</c> or <c>@</c>. It walks the parsed JSON without allocating.
/// </summary>
internal sealed class PlainPath : Expression
{
    private readonly PathStep[] steps;

    private PlainPath(string text, PathStep[] steps)
        : base(text) => this.steps = steps;

    /// <summary>The steps, in order.</summary>
    internal IReadOnlyList<PathStep> Steps => steps;

    /// <summary>The name that the path begins with; <see langword="null"/> where it begins with an index, or nowhere.</summary>
    internal string? First => steps is [{ Name: { } name }, ..] ? Encoding.UTF8.GetString(name) : null;

    /// <inheritdoc/>
    public override JsonElement Evaluate(ExpressionInput input)
    {
        var current = input.Data;
        foreach (ref readonly var step in steps.AsSpan())
        {
            if (!step.TryTake(current, out current))
            {
                return default;
            }
        }

        return current;
    }

    /// <inheritdoc/>
    internal override bool TryPlace(JsonObject data, JsonNode? value)
    {
        if (steps.Length == 0 || steps.Any(step => step.Name is null))
        {
            return false;
        }

        var parent = data;
        foreach (var step in steps.AsSpan(..^1))
        {
            var name = Encoding.UTF8.GetString(step.Name!);
            if (parent[name] is not JsonObject child)
            {
                parent[name] = child = [];
            }

            parent = child;
        }

        parent[Encoding.UTF8.GetString(steps[^1].Name!)] = value;
        return true;
    }

    /// <summary>Parses the text as a plain path; <see langword="false"/> where it is anything else, right or wrong.</summary>
    internal static bool TryParse(string text, [NotNullWhen(true)] out PlainPath? path)
    {
        path = null;
        var rest = text.AsSpan().Trim();
        var found = new List<PathStep>();
        var first = true;

        if (rest.StartsWith("@"))
        {
            rest = rest[1..];
            first = false;
        }

        while (!rest.IsEmpty)
        {
            if (rest[0] == '[')
            {
                if (!TryReadIndex(ref rest, out var index))
                {
                    return false;
                }

                found.Add(new PathStep(null, index));
            }
            else
            {
                if (!first && !TryReadDot(ref rest))
                {
                    return false;
                }

                if (!TryReadName(ref rest, out var name))
                {
                    return false;
                }

                found.Add(new PathStep(Encoding.UTF8.GetBytes(name), 0));
            }

            first = false;
        }

        path = new PlainPath(text, [.. found]);
        return true;
    }

    private static bool TryReadDot(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] != '.')
        {
            return false;
        }

        rest = rest[1..];
        return !rest.IsEmpty;
    }

    private static bool TryReadIndex(ref ReadOnlySpan<char> rest, out int index)
    {
        index = 0;
        var end = rest.IndexOf(']');
        var digits = end < 0 ? default : rest[1..end];
        var number = digits.StartsWith("-") ? digits[1..] : digits;
        if (number.IsEmpty || number.ContainsAnyExceptInRange('0', '9') || !int.TryParse(digits, CultureInfo.InvariantCulture, out index))
        {
            return false;
        }

        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryReadName(ref ReadOnlySpan<char> rest, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (rest[0] == '"')
        {
            var end = rest[1..].IndexOf('"') + 1;

            // An escape inside the quotes is JSON's business: leave it to the full parser.
            if (end < 2 || rest[1..end].Contains('\\'))
            {
                return false;
            }

            name = rest[1..end].ToString();
            rest = rest[(end + 1)..];
            return true;
        }

        var length = 0;
        while (length < rest.Length && (char.IsAsciiLetter(rest[length]) || rest[length] == '_' || (length > 0 && char.IsAsciiDigit(rest[length]))))
        {
            length++;
        }

        if (length == 0)
        {
            return false;
        }

        name = rest[..length].ToString();
        rest = rest[length..];
        return true;
    }
}
