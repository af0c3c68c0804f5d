using System.Buffers;
using System.Text.Json;

namespace UserSync.Expressions;

/// <summary>Reads one header of the request that brought the event, as text.</summary>
internal sealed class HeaderExpression : Expression
{
    private static readonly SearchValues<char> InNames =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    internal HeaderExpression(string text, string header)
        : base(text)
    {
        if (!IsName(header))
        {
            throw new ExpressionException("a header is written header:NAME, for example header:X-Event-Id");
        }

        Header = header;
    }

    /// <inheritdoc/>
    public override string Header { get; }

    /// <summary>Whether a header can have this name (RFC 9110, section 5.6.2).</summary>
    internal static bool IsName(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(InNames);

    /// <inheritdoc/>
    public override JsonElement Evaluate(ExpressionInput input) =>
        input.Headers is not null && input.Headers.TryGetValue(Header, out var value) ? JsonText.ToElement(value) : default;
}
