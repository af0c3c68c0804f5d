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
        foreach (var field in Fields)
        {
            if (field.Name.Key is null)
            {
                writer.WritePropertyName(field.Name.Root);
                field.Value.WriteTo(writer);
            }
        }

        // One or two: custom_fields, remote_data.
        var maps = new List<string>();
        foreach (var field in Fields)
        {
            if (field.Name.Key is not null && !maps.Contains(field.Name.Root, StringComparer.Ordinal))
            {
                maps.Add(field.Name.Root);
                WriteMap(writer, field.Name.Root);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The names of the fields; never their values.</summary>
    public override string ToString() => string.Join(", ", Fields);

    private void WriteMap(Utf8JsonWriter writer, string root)
    {
        writer.WriteStartObject(root);
        foreach (var field in Fields)
        {
            if (field.Name.Key is { } key && field.Name.Root == root)
            {
                writer.WritePropertyName(key);
                field.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
