using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Expressions;

namespace UserSync.Sources;

/// <summary>Lays a source's settings over those of its preset.</summary>
internal static class SourceMerge
{
    private const string Verify = "verify";
    private const string Scheme = "scheme";
    private const string Fetch = "fetch";

    /// <summary>What is looked into inside of <c>fetch</c>.</summary>
    private static readonly string[] FetchObjects = ["auth", "query", "headers"];

    /// <summary>
    /// A setting of the source replaces the preset's, and null removes it. Only <c>verify</c> and <c>fetch</c> are looked into. A
    /// <c>verify</c> without a scheme of its own changes single members of the preset's. <c>fetch</c> does so always, and so do its
    /// <c>query</c>, its <c>headers</c> and, without a scheme of its own, its <c>auth</c>; the preset's counts for nothing where the
    /// source has none, because a secret is needed for it in any case.
    /// </summary>
    internal static JsonElement Merge(JsonElement preset, JsonElement source)
    {
        var merged = JsonObject.Create(preset)!;
        merged.Remove("about");
        merged.Remove("$schema");
        if (!source.TryGetProperty(Fetch, out _))
        {
            merged.Remove(Fetch);
        }

        foreach (var member in source.EnumerateObject())
        {
            if (member.NameEquals(Verify) && merged[Verify] is JsonObject verify
                && member.Value.ValueKind == JsonValueKind.Object && !member.Value.TryGetProperty(Scheme, out _))
            {
                Overlay(verify, member.Value, []);
            }
            else if (member.NameEquals(Fetch) && merged[Fetch] is JsonObject fetch && member.Value.ValueKind == JsonValueKind.Object)
            {
                Overlay(fetch, member.Value, FetchObjects);
            }
            else
            {
                merged[member.Name] = JsonText.ToNode(member.Value);
            }
        }

        return JsonElement.Parse(merged.ToJsonString());
    }

    private static void Overlay(JsonObject under, JsonElement over, ReadOnlySpan<string> objects)
    {
        foreach (var member in over.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                under.Remove(member.Name);
            }
            else if (objects.Contains(member.Name) && under[member.Name] is JsonObject inner
                && member.Value.ValueKind == JsonValueKind.Object && !member.Value.TryGetProperty(Scheme, out _))
            {
                Overlay(inner, member.Value, []);
            }
            else
            {
                under[member.Name] = JsonText.ToNode(member.Value);
            }
        }
    }
}
