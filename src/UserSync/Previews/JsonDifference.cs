using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UserSync.Previews;

/// <summary>One place at which two JSON values differ.</summary>
/// <param name="Path">The place, as a JSON path such as <c>$[0].patch.email</c>.</param>
/// <param name="Expected">What was expected there, as JSON; <see langword="null"/> for nothing.</param>
/// <param name="Actual">What is there, as JSON; <see langword="null"/> for nothing.</param>
public sealed record JsonDifference(string Path, string? Expected, string? Actual)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every place at which two values differ, none twice: of a difference inside, the value around it is not another.</summary>
    /// <param name="expected">What was expected.</param>
    /// <param name="actual">What there is.</param>
    public static IEnumerable<JsonDifference> Between(JsonNode? expected, JsonNode? actual) => Between("$", expected, actual);

    /// <summary>The difference between nothing and a value.</summary>
    /// <param name="actual">The value.</param>
    public static JsonDifference Unexpected(JsonNode actual)
    {
        ArgumentNullException.ThrowIfNull(actual);
        return new JsonDifference("$", null, Text(actual));
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static IEnumerable<JsonDifference> Between(string path, JsonNode? expected, JsonNode? actual) => (expected, actual) switch
    {
        (JsonObject one, JsonObject other) => one.Select(member => member.Key).Union(other.Select(member => member.Key), StringComparer.Ordinal)
            .SelectMany(name => Member($"{path}.{name}", one.ContainsKey(name), one[name], other.ContainsKey(name), other[name])),
        (JsonArray one, JsonArray other) => Enumerable.Range(0, Math.Max(one.Count, other.Count))
            .SelectMany(index => Member(
                $"{path}[{index}]", index < one.Count, one.ElementAtOrDefault(index), index < other.Count, other.ElementAtOrDefault(index))),
        _ => JsonNode.DeepEquals(expected, actual) ? [] : [new JsonDifference(path, Text(expected), Text(actual))],
    };

    private static IEnumerable<JsonDifference> Member(string path, bool isExpected, JsonNode? expected, bool isThere, JsonNode? actual) =>
        isExpected && isThere
            ? Between(path, expected, actual)
            : [new JsonDifference(path, isExpected ? Text(expected) : null, isThere ? Text(actual) : null)];

    private static string Text(JsonNode? node) => node?.ToJsonString(Readable) ?? "null";
}
