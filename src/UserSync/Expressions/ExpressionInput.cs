using System.Text.Json;

namespace UserSync.Expressions;

/// <summary>What an expression runs over: one change event, and the headers of the request that brought it.</summary>
/// <param name="Data">The event's JSON.</param>
/// <param name="Headers">The headers by name in any case, each with one value; <see langword="null"/> where there are none.</param>
public readonly record struct ExpressionInput(JsonElement Data, IReadOnlyDictionary<string, string>? Headers)
{
    /// <summary>The kind of the event's JSON; never its content.</summary>
    public override string ToString() => Data.Describe();
}
