using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace UserSync.Expressions;

/// <summary>What expressions run over, one after the other: one change event, and the headers of the request that brought it.</summary>
/// <param name="data">The event's JSON.</param>
/// <param name="headers">The headers by name in any case, each with one value; <see langword="null"/> where there are none.</param>
public sealed class ExpressionInput(JsonElement data, IReadOnlyDictionary<string, string>? headers)
{
    private JToken? tokens;

    /// <summary>The event's JSON.</summary>
    public JsonElement Data { get; } = data;

    /// <summary>The headers by name in any case, each with one value; <see langword="null"/> where there are none.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; } = headers;

    /// <summary>The event's JSON as JmesPath.Net takes it, which changes nothing in it; made once for all expressions.</summary>
    internal JToken Tokens => tokens ??= JsonTokens.FromElement(Data);

    /// <summary>The kind of the event's JSON; never its content.</summary>
    public override string ToString() => Data.Describe();
}
