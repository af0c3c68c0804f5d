using System.Text.Json;
using System.Text.Json.Nodes;
using Truto;
using Truto.Crm;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Processing;

/// <summary>Writes a patch in the types of Truto's client.</summary>
internal static class TrutoPatch
{
    internal static CrmUserPatch Of(UserPatch patch) => new()
    {
        Email = Text(patch, "email"),
        Name = Text(patch, "name"),
        FirstName = Text(patch, "first_name"),
        LastName = Text(patch, "last_name"),
        IsActive = Flag(patch, "is_active"),
        CustomFields = Map(patch, UnifiedFields.CustomFields),
        RemoteData = Map(patch, UnifiedFields.RemoteData),
    };

    private static JsonElement? Find(UserPatch patch, string root)
    {
        // By position, as it is asked for each field: an enumerator would be made each time.
        for (var i = 0; i < patch.Fields.Count; i++)
        {
            if (patch.Fields[i].Name is { Key: null } name && name.Root == root)
            {
                return patch.Fields[i].Value;
            }
        }

        return null;
    }

    private static Optional<string?> Text(UserPatch patch, string root) => Find(patch, root) is { } value ? value.GetString() : default(Optional<string?>);

    private static Optional<bool?> Flag(UserPatch patch, string root) => Find(patch, root) is { } value
        ? new Optional<bool?>(value.ValueKind == JsonValueKind.Null ? null : value.GetBoolean())
        : default;

    private static Optional<JsonObject?> Map(UserPatch patch, string root)
    {
        if (Find(patch, root) is { ValueKind: JsonValueKind.Null })
        {
            return new Optional<JsonObject?>(null);
        }

        JsonObject? members = null;
        for (var i = 0; i < patch.Fields.Count; i++)
        {
            var field = patch.Fields[i];
            if (field.Name.Root == root && field.Name.Key is { } key)
            {
                members ??= [];
                members[key] = JsonText.ToNode(field.Value);
            }
        }

        return members is null ? default(Optional<JsonObject?>) : members;
    }
}
