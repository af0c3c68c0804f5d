using System.Text;
using UserSync.Configuration;
using UserSync.Expressions;

namespace UserSync.Receiving.Handshakes;

/// <summary>
/// One value of a delivery: <c>header:NAME</c>, <c>query:NAME</c>, <c>body:</c> (the whole body as text), or an expression over the
/// parsed body.
/// </summary>
internal sealed class DeliveryValue
{
    /// <summary>No challenge is longer; what is longer is not one.</summary>
    private const int MaxLength = 4096;

    private const string Remedy = "Write header:NAME, query:NAME, body:, or an expression over the body";
    private const string HeaderPrefix = "header:";
    private const string QueryPrefix = "query:";
    private const string WholeBody = "body:";

    private readonly string text;
    private readonly Expression? expression;

    private DeliveryValue(string text, Expression? expression)
    {
        this.text = text;
        this.expression = expression;
    }

    internal static DeliveryValue? Read(Setting setting) => setting.RequiredText(Remedy) is { } text ? Parse(text, setting) : null;

    internal static DeliveryValue? Parse(string text, Setting setting)
    {
        if (text == WholeBody || (text.StartsWith(QueryPrefix, StringComparison.Ordinal) && text.Length > QueryPrefix.Length))
        {
            return new DeliveryValue(text, null);
        }

        try
        {
            var expression = Expression.Compile(text);
            return expression.Header is { } header ? new DeliveryValue(HeaderPrefix + header, null) : new DeliveryValue(text, expression);
        }
        catch (ExpressionException exception)
        {
            setting.Error(exception.Message, Remedy);
            return null;
        }
    }

    /// <summary>The value; <see langword="null"/> where the delivery has none, several, or one that is no challenge.</summary>
    internal string? Of(Delivery delivery)
    {
        var value = expression is not null ? InBody(delivery)
            : text.StartsWith(HeaderPrefix, StringComparison.Ordinal) ? (delivery.Headers[text[HeaderPrefix.Length..]] is [{ } header] ? header : null)
            : text.StartsWith(QueryPrefix, StringComparison.Ordinal) ? (delivery.Query[text[QueryPrefix.Length..]] is [{ } query] ? query : null)
            : delivery.Body.Length <= MaxLength ? Encoding.UTF8.GetString(delivery.Body.Span).Trim()
            : null;
        return value is { Length: > 0 and <= MaxLength } ? value : null;
    }

    private string? InBody(Delivery delivery)
    {
        try
        {
            // A body that is none is nothing to an expression: a literal such as 'POST' has its value all the same.
            return expression!.Evaluate(new ExpressionInput(delivery.Content.Root, null)).AsText();
        }
        catch (ExpressionException)
        {
            return null;
        }
    }
}
