using System.Text.Json.Nodes;
using NJsonSchema;

namespace UserSync.Tests.Support;

/// <summary>The schemas, as text to look into and as validators.</summary>
internal static class Schemas
{
    private static readonly Lazy<Task<JsonSchema>> SourceValidator = new(() => JsonSchema.FromFileAsync(Shipped.SourceSchema));
    private static readonly Lazy<Task<JsonSchema>> PresetValidator = new(() => JsonSchema.FromFileAsync(Shipped.PresetSchema));

    private static readonly Lazy<Task<JsonSchema>> MessageValidator = new(() => JsonSchema.FromFileAsync(Shipped.MessageSchema));

    private static readonly Lazy<Task<JsonSchema>> TestValidator = new(() => JsonSchema.FromFileAsync(Shipped.TestSchema));

    internal static JsonObject Source { get; } = JsonNode.Parse(File.ReadAllText(Shipped.SourceSchema))!.AsObject();

    internal static JsonObject Message { get; } = JsonNode.Parse(File.ReadAllText(Shipped.MessageSchema))!.AsObject();

    internal static JsonObject Preset { get; } = JsonNode.Parse(File.ReadAllText(Shipped.PresetSchema))!.AsObject();

    /// <summary>A place in the schema of sources, such as <c>definitions/map</c>.</summary>
    internal static JsonNode? Find(string pointer) => pointer.Split('/', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate((JsonNode?)Source, (node, step) => node is JsonArray items ? items[int.Parse(step)] : node?[step]);

    /// <summary>Every setting of a schema, wherever it stands.</summary>
    internal static IEnumerable<(string Path, JsonNode Schema)> Settings(JsonNode? schema) => schema switch
    {
        JsonObject members => members.SelectMany(member => (member.Key == "properties"
                ? member.Value!.AsObject().Select(setting => (setting.Value!.GetPath(), setting.Value!))
                : [])
            .Concat(Settings(member.Value))),
        JsonArray items => items.SelectMany(Settings),
        _ => [],
    };

    /// <summary>What a setting is said to be, there or where it refers to.</summary>
    internal static string? Description(JsonNode schema)
    {
        var reference = schema["$ref"]?.GetValue<string>();
        return (reference is null ? schema : Find(reference[(reference.IndexOf('#', StringComparison.Ordinal) + 2)..]))?["description"]?.GetValue<string>();
    }

    internal static async Task<IReadOnlyList<string>> SourceErrorsAsync(string json) => Errors(await SourceValidator.Value, json);

    internal static async Task<IReadOnlyList<string>> PresetErrorsAsync(string json) => Errors(await PresetValidator.Value, json);

    internal static async Task<IReadOnlyList<string>> MessageErrorsAsync(string json) => Errors(await MessageValidator.Value, json);

    internal static async Task<IReadOnlyList<string>> TestErrorsAsync(string json) => Errors(await TestValidator.Value, json);

    private static IReadOnlyList<string> Errors(JsonSchema schema, string json) => [.. schema.Validate(json).Select(error => $"{error.Path}: {error.Kind}")];
}
