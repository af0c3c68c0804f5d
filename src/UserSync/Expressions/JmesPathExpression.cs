using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevLab.JmesPath;
using Parsed = DevLab.JmesPath.Expressions.JmesPathExpression;

namespace UserSync.Expressions;

/// <summary>Any JMESPath expression, evaluated by JmesPath.Net.</summary>
internal sealed partial class JmesPathExpression : Expression
{
    // A parsed expression keeps its root and its `let` scopes in itself while it runs, so two threads must not share one.
    private readonly ConcurrentBag<Parsed> idle = [];

    internal JmesPathExpression(string text)
        : base(text) => idle.Add(Parse(text));

    /// <inheritdoc/>
    public override JsonElement Evaluate(ExpressionInput input)
    {
        if (!idle.TryTake(out var parsed))
        {
            parsed = Parse(Text);
        }

        try
        {
            var result = parsed.Transform(input.Tokens).AsJToken();
            return JsonTokens.ToElement(result);
        }
        catch (Exception exception)
        {
            // The evaluator's message may quote the event: only its code and the function's name go on.
            throw new ExpressionException("cannot be evaluated over this event" + Reason(exception.Message));
        }
        finally
        {
            idle.Add(parsed);
        }
    }

    /// <inheritdoc/>
    internal override bool TryPlace(JsonObject data, JsonNode? value)
    {
        // Of alternatives, the first that has a value counts.
        if (PlainPath.TryParse(Text.Split("||")[0], out var first))
        {
            return first.TryPlace(data, value);
        }

        // Good enough for a sample: whatever looks like a path gets the value, or a part of a name where it asks for one.
        var paths = DottedPath().Matches(Text).Select(match => match.Value).ToList();
        foreach (var path in paths)
        {
            var isFirst = path.EndsWith("first_name", StringComparison.Ordinal) || path.EndsWith("given_name", StringComparison.Ordinal);
            var isLast = path.EndsWith("last_name", StringComparison.Ordinal) || path.EndsWith("family_name", StringComparison.Ordinal);
            Compile(path).TryPlace(data, isFirst ? "Ada" : isLast ? "Lovelace" : value?.DeepClone());
        }

        return paths.Count > 0;
    }

    private static Parsed Parse(string text)
    {
        try
        {
            return new JmesPath().Parse(text);
        }
        catch (Exception exception)
        {
            throw new ExpressionException($"it is not a JMESPath expression: {exception.Message.TrimEnd('.')}");
        }
    }

    private static string Reason(string message)
    {
        var match = ErrorCode().Match(message);
        if (!match.Success)
        {
            return string.Empty;
        }

        var function = match.Groups["function"].Value;
        return function.Length == 0 ? $" ({match.Groups["code"].Value})" : $" ({match.Groups["code"].Value} in {function})";
    }

    [GeneratedRegex(@"(?<![\w'""`$.])[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(?![\w'""`(])", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex DottedPath();

    [GeneratedRegex(@"^Error: (?<code>[a-z\-]+)(, (both arguments to )?function (?<function>[a-z_]+))?", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex ErrorCode();
}
