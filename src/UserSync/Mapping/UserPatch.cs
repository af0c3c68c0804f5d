using System.Text.Json;

namespace UserSync.Mapping;

/// <summary>A unified user patch: the fields that an event says something about.</summary>
/// <param name="fields">The fields, each named once.</param>
public sealed class UserPatch(IReadOnlyList<PatchField> fields)
{
    /// <summary>The fields.</summary>
    public IReadOnlyList<PatchField> Fields { get; } = fields;

    /// <summary>Whether the event says nothing about the user.</summary>
    public bool IsEmpty => Fields.Count == 0;

    /// <summary>Whether the patch gives this field a value that is not null.</summary>
    /// <param name="root">The name in the unified schema.</param>
    public bool Supplies(string root) => Fields.Any(field => field.Name.Root == root && field.Value.ValueKind != JsonValueKind.Null);

    /// <summary>Writes the patch as Truto takes it.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (var field in Fields.Where(field => field.Name.Key is null))
        {
            writer.WritePropertyName(field.Name.Root);
            field.Value.WriteTo(writer);
        }

        foreach (var map in Fields.Where(field => field.Name.Key is not null).GroupBy(field => field.Name.Root, StringComparer.Ordinal))
        {
            writer.WriteStartObject(map.Key);
            foreach (var field in map)
            {
                writer.WritePropertyName(field.Name.Key!);
                field.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>The names of the fields; never their values.</summary>
    public override string ToString() => string.Join(", ", Fields);
}
