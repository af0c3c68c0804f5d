using System.Text.Json;
using System.Text.Json.Nodes;

namespace UserSync.Expressions;

/// <summary>
/// One expression of the mapping language, compiled once and evaluated over many events: JMESPath Community Edition, or
/// <c>header:NAME</c> for a request header. Plain paths such as <c>data.email</c> run straight on the parsed JSON; all others go
/// through JmesPath.Net. Instances are safe for concurrent use.
/// </summary>
public abstract class Expression
{
    private const string HeaderPrefix = "header:";

    private protected Expression(string text) => Text = text;

    /// <summary>The expression as the operator wrote it.</summary>
    public string Text { get; }

    /// <summary>The request header that the expression reads, or <see langword="null"/> where it reads the event.</summary>
    public virtual string? Header => null;

    /// <summary>Compiles an expression.</summary>
    /// <param name="text">JMESPath, or <c>header:NAME</c>.</param>
    /// <exception cref="ExpressionException">The text is not an expression; the message says where and why.</exception>
    public static Expression Compile(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ExpressionException("an expression cannot be empty");
        }

        if (text.StartsWith(HeaderPrefix, StringComparison.Ordinal))
        {
            return new HeaderExpression(text, text[HeaderPrefix.Length..].Trim());
        }

        return PlainPath.TryParse(text, out var path) ? path : new JmesPathExpression(text);
    }

    /// <summary>
    /// Evaluates the expression. JMESPath knows no difference between a value that is null and one that is not there: both come
    /// out as <see cref="JsonValueKind.Null"/> or <see cref="JsonValueKind.Undefined"/>.
    /// </summary>
    /// <param name="input">What the expression runs over.</param>
    /// <exception cref="ExpressionException">The expression cannot be evaluated over this event, for example a wrong argument type.</exception>
    public abstract JsonElement Evaluate(ExpressionInput input);

    /// <summary>Puts a text where the expression would read it, be it in a header, for samples.</summary>
    /// <param name="data">The event that is being made.</param>
    /// <param name="headers">The headers of its delivery.</param>
    /// <param name="text">The text.</param>
    internal void Place(JsonObject data, IDictionary<string, string> headers, string text)
    {
        if (Header is null)
        {
            TryPlace(data, text);
        }
        else
        {
            headers[Header] = text;
        }
    }

    /// <summary>Puts a value where the expression would read it, for samples; <see langword="false"/> where it reads more than one place.</summary>
    /// <param name="data">The event that is being made.</param>
    /// <param name="value">The value.</param>
    internal virtual bool TryPlace(JsonObject data, JsonNode? value) => false;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
