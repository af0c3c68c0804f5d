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
    public bool Supplies(string root)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Name.Root == root && Fields[i].Value.ValueKind != JsonValueKind.Null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the patch as Truto takes it.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ReadOnlySpan<PatchField> fields = Fields is PatchField[] array ? array : [.. Fields];
        var maps = 0;
        writer.WriteStartObject();
        foreach (ref readonly var field in fields)
        {
            if (field.Name.Key is null)
            {
                writer.WritePropertyName(field.Name.Root);
                field.Value.WriteTo(writer);
            }
            else
            {
                maps++;
            }
        }

        // One or two: custom_fields, remote_data. Each is written where its first field stands among theirs.
        for (var i = 0; maps > 0; i++)
        {
            if (fields[i].Name.Key is not null && IsFirst(fields[..i], fields[i].Name.Root))
            {
                maps -= WriteMap(writer, fields[i..]);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The names of the fields; never their values.</summary>
    public override string ToString() => string.Join(", ", Fields);

    private static bool IsFirst(ReadOnlySpan<PatchField> before, string root)
    {
        foreach (ref readonly var field in before)
        {
            if (field.Name.Key is not null && field.Name.Root == root)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes the map of the first of some fields.</summary>
    /// <returns>How many of them are in it.</returns>
    private static int WriteMap(Utf8JsonWriter writer, ReadOnlySpan<PatchField> fields)
    {
        var root = fields[0].Name.Root;
        var count = 0;
        writer.WriteStartObject(root);
        foreach (ref readonly var field in fields)
        {
            if (field.Name.Key is { } key && field.Name.Root == root)
            {
                writer.WritePropertyName(key);
                field.Value.WriteTo(writer);
                count++;
            }
        }

        writer.WriteEndObject();
        return count;
    }
}
