using System.Text.Json.Nodes;

namespace Infra.Tests.Support;

/// <summary>A template as the Bicep CLI compiles it, those of its modules within it.</summary>
/// <param name="Name">What deploys it.</param>
/// <param name="Json">The template.</param>
public sealed record ArmTemplate(string Name, JsonObject Json)
{
    /// <summary>The parameters, each with the definition that it refers to.</summary>
    public IReadOnlyDictionary<string, JsonObject> Parameters => Resolved("parameters");

    /// <summary>The outputs, each with the definition that it refers to.</summary>
    public IReadOnlyDictionary<string, JsonObject> Outputs => Resolved("outputs");

    /// <summary>This template and those of all modules.</summary>
    public IEnumerable<ArmTemplate> All =>
        Members("resources")
            .Where(resource => resource.Value!["type"]!.GetValue<string>() == "Microsoft.Resources/deployments")
            .SelectMany(resource => new ArmTemplate($"{Name}/{resource.Key}", resource.Value!["properties"]!["template"]!.AsObject()).All)
            .Prepend(this);

    /// <summary>The template of a module.</summary>
    /// <param name="module">The name of the module, as the template that deploys it calls it.</param>
    public ArmTemplate Of(string module) => Assert.Single(All, template => template.Name.EndsWith($"/{module}", StringComparison.Ordinal));

    /// <summary>A definition with everything that it takes over from the one that it refers to.</summary>
    /// <param name="definition">The definition.</param>
    public JsonObject Resolve(JsonObject definition)
    {
        if (definition["$ref"]?.GetValue<string>() is not { } reference)
        {
            return definition;
        }

        var target = Resolve(Json["definitions"]![reference["#/definitions/".Length..]]!.AsObject()).DeepClone().AsObject();
        foreach (var (name, value) in definition)
        {
            target[name] = value?.DeepClone();
        }

        return target;
    }

    public override string ToString() => Name;

    private Dictionary<string, JsonObject> Resolved(string name) =>
        Members(name).ToDictionary(member => member.Key, member => Resolve(member.Value!.AsObject()));

    private JsonObject Members(string name) => Json[name] as JsonObject ?? [];
}
