using UserSync.Expressions;

namespace UserSync.Fetching;

/// <summary>A part of a template: a fixed text, or an expression over the event.</summary>
/// <param name="Literal">The fixed text; empty where there is an expression.</param>
/// <param name="Expression">The expression; <see langword="null"/> for a fixed text.</param>
internal readonly record struct TemplatePart(string Literal, Expression? Expression)
{
    public override string ToString() => Expression is null ? Literal : $"{{{Expression}}}";
}
