using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Expressions;

namespace UserSync.Sources;

/// <summary>Lays a source's settings over those of its preset.</summary>
internal static class SourceMerge
{
    private const string Verify = "verify";
    private const string Scheme = "scheme";

    /// <summary>
    /// A setting of the source replaces the preset's, and null removes it. Only <c>verify</c> is looked into: without a scheme of its
    /// own it changes single members of the preset's.
    /// </summary>
    internal static JsonElement Merge(JsonElement preset, JsonElement source)
    {
        var merged = JsonObject.Create(preset)!;
        merged.Remove("about");
        merged.Remove("$schema");
        foreach (var member in source.EnumerateObject())
        {
            if (member.NameEquals(Verify) && merged[Verify] is JsonObject verify
                && member.Value.ValueKind == JsonValueKind.Object && !member.Value.TryGetProperty(Scheme, out _))
            {
                Overlay(verify, member.Value);
            }
            else
            {
                merged[member.Name] = JsonText.ToNode(member.Value);
            }
        }

        return JsonElement.Parse(merged.ToJsonString());
    }

    private static void Overlay(JsonObject under, JsonElement over)
    {
        foreach (var member in over.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                under.Remove(member.Name);
            }
            else
            {
                under[member.Name] = JsonText.ToNode(member.Value);
            }
        }
    }
}
