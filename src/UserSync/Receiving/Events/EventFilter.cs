using UserSync.Configuration;
using UserSync.Expressions;

namespace UserSync.Receiving.Events;

/// <summary>Which events are user changes; all others are skipped, and say so.</summary>
/// <param name="types">The types to take, each exact or ending in <c>*</c>; empty for all.</param>
/// <param name="expression">An expression that must be true; <see langword="null"/> for none.</param>
internal sealed class EventFilter(IReadOnlyList<string> types, Expression? expression)
{
    /// <summary>Takes everything.</summary>
    internal static readonly EventFilter Everything = new([], null);

    /// <summary>The header that the expression reads.</summary>
    internal string? Header => expression?.Header;

    internal static EventFilter Read(Setting setting)
    {
        if (!setting.IsPresent)
        {
            return Everything;
        }

        if (setting.IsText)
        {
            return new EventFilter([], setting.Expression("Write an expression that is true for user changes"));
        }

        setting.ExpectObject("type", "is");
        return new EventFilter(
            setting.Member("type").Texts("Write the types of user changes, for example \"user.updated\" or \"user.*\""),
            setting.Member("is").Expression("Write an expression that is true for user changes"));
    }

    /// <summary>A type that the filter takes; <see langword="null"/> where it takes any.</summary>
    internal string? SampleType => types.Count == 0 ? null : types[0].Replace("*", "updated", StringComparison.Ordinal);

    /// <summary>Whether the event is a user change.</summary>
    /// <exception cref="ExpressionException">The expression cannot be evaluated over this event.</exception>
    internal bool Takes(ChangeEvent change) =>
        (types.Count == 0 || (change.Type is { } type && FitsAny(type)))
        && (expression is null || expression.Evaluate(change.Input).IsTruthy());

    private bool FitsAny(string type)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (Fits(types[i], type))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Fits(string pattern, string type) => pattern.EndsWith('*')
        ? type.AsSpan().StartsWith(pattern.AsSpan(..^1), StringComparison.OrdinalIgnoreCase)
        : type.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
