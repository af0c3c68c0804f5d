using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Infra.Tests.Support;

/// <summary>A resource as a deployment would ask Azure for it.</summary>
/// <param name="Json">The resource; expressions that only Azure can evaluate stand in brackets.</param>
public sealed partial record PredictedResource(JsonObject Json)
{
    public string Id => Text("id") ?? string.Empty;

    public string Type => Text("type") ?? string.Empty;

    public string Name => Text("name") ?? string.Empty;

    /// <summary>The last part of the name.</summary>
    public string OwnName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>A text that refers to outputs of modules, without their names, which depend on the deployment.</summary>
    /// <param name="text">The text.</param>
    public static string WithoutModules(string text) => ModuleOutput().Replace(text, "${output}");

    /// <summary>What stands at a path; null where nothing does.</summary>
    /// <param name="path">Names, with dots between them.</param>
    public JsonNode? At(string path) => path.Split('.').Aggregate((JsonNode?)Json, (node, name) => (node as JsonObject)?[name]);

    public string? Text(string path) => At(path)?.GetValue<string>();

    public bool? Flag(string path) => At(path)?.GetValue<bool>();

    public int? Number(string path) => At(path)?.GetValue<int>();

    /// <summary>The texts in the array at a path.</summary>
    /// <param name="path">Names, with dots between them.</param>
    public IEnumerable<string> Texts(string path) => At(path) is JsonArray texts ? texts.Select(text => text!.GetValue<string>()) : [];

    /// <summary>The names at a path, in order.</summary>
    /// <param name="path">Names, with dots between them.</param>
    public IEnumerable<string> NamesAt(string path) => At(path) is JsonObject members ? members.Select(member => member.Key).Order() : [];

    /// <summary>The elements of the array at a path.</summary>
    /// <param name="path">Names, with dots between them.</param>
    public IEnumerable<PredictedResource> PartsAt(string path) =>
        At(path) is JsonArray parts ? parts.Select(part => new PredictedResource(part!.AsObject())) : [];

    public override string ToString() => Id;

    [GeneratedRegex(@"reference\(resourceId\(.*\)(?<output>\.outputs\.\w+\.value)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ModuleOutput();
}
