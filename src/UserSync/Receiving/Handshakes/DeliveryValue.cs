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
    private const string QueryPrefix = "query:";
    private const string WholeBody = "body:";

    private readonly string? header;
    private readonly string? parameter;
    private readonly Expression? expression;

    private DeliveryValue(string? header, string? parameter, Expression? expression)
    {
        this.header = header;
        this.parameter = parameter;
        this.expression = expression;
    }

    internal static DeliveryValue? Read(Setting setting) => setting.RequiredText(Remedy) is { } text ? Parse(text, setting) : null;

    internal static DeliveryValue? Parse(string text, Setting setting)
    {
        if (text == WholeBody)
        {
            return new DeliveryValue(null, null, null);
        }

        if (text.StartsWith(QueryPrefix, StringComparison.Ordinal) && text.Length > QueryPrefix.Length)
        {
            return new DeliveryValue(null, text[QueryPrefix.Length..], null);
        }

        try
        {
            var expression = Expression.Compile(text);
            return expression.Header is { } header ? new DeliveryValue(header, null, null) : new DeliveryValue(null, null, expression);
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
            : header is not null ? (delivery.Headers[header] is [{ } inHeader] ? inHeader : null)
            : parameter is not null ? (delivery.Query[parameter] is [{ } inQuery] ? inQuery : null)
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
