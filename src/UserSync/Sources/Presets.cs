using System.Collections.Frozen;
using System.Text.Json;

namespace UserSync.Sources;

/// <summary>The presets that ship with the product: one JSON file a vendor, in <c>Sources/Presets</c>.</summary>
public static class Presets
{
    private const string ResourcePrefix = "presets/";

    private static readonly FrozenDictionary<string, Preset> ByName = Load();

    /// <summary>All presets, by name.</summary>
    public static IEnumerable<Preset> All => ByName.Values.OrderBy(preset => preset.Name, StringComparer.Ordinal);

    /// <summary>A preset by its name; <see langword="null"/> where there is none.</summary>
    /// <param name="name">The name.</param>
    public static Preset? Find(string name) => ByName.GetValueOrDefault(name);

    private static FrozenDictionary<string, Preset> Load()
    {
        var assembly = typeof(Presets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(resource =>
            {
                using var stream = assembly.GetManifestResourceStream(resource)!;
                using var document = JsonDocument.Parse(stream, SourceFiles.Json);
                return Read(resource[ResourcePrefix.Length..^".json".Length], document.RootElement.Clone());
            })
            .ToFrozenDictionary(preset => preset.Name, StringComparer.Ordinal);
    }

    private static Preset Read(string name, JsonElement settings)
    {
        var about = settings.GetProperty("about");
        return new Preset(
            name,
            about.GetProperty("vendor").GetString()!,
            about.GetProperty("secret").GetString()!,
            about.GetProperty("carries").GetString()!,
            about.TryGetProperty("note", out var note) ? note.GetString() : null,
            settings);
    }
}
