using System.Buffers;
using System.Text.Json;

namespace UserSync.Expressions;

/// <summary>Reads one header of the request that brought the event, as text.</summary>
internal sealed class HeaderExpression : Expression
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \t:\"(),/;<=>?@[\\]{}");

    internal HeaderExpression(string text, string header)
        : base(text)
    {
        if (header.Length == 0 || header.AsSpan().ContainsAny(NotInNames))
        {
            throw new ExpressionException("a header is written header:NAME, for example header:X-Event-Id");
        }

        Header = header;
    }

    /// <inheritdoc/>
    public override string Header { get; }

    /// <inheritdoc/>
    public override JsonElement Evaluate(in ExpressionInput input) =>
        input.Headers is not null && input.Headers.TryGetValue(Header, out var value) ? JsonText.ToElement(value) : default;
}
