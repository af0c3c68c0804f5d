namespace UserSync.Mapping;

/// <summary>The fields that Truto takes in a unified CRM user (API reference, <c>PATCH /unified/crm/users/{id}</c>, request body).</summary>
internal static class UnifiedFields
{
    internal const string CustomFields = "custom_fields";
    internal const string RemoteData = "remote_data";

    internal static readonly IReadOnlyDictionary<string, FieldType> Types = new Dictionary<string, FieldType>(StringComparer.Ordinal)
    {
        ["email"] = FieldType.Text,
        ["name"] = FieldType.Text,
        ["first_name"] = FieldType.Text,
        ["last_name"] = FieldType.Text,
        ["is_active"] = FieldType.Flag,
        [CustomFields] = FieldType.Map,
        [RemoteData] = FieldType.Map,
    };

    /// <summary>Their names.</summary>
    internal static readonly string[] Names = [.. Types.Keys];
}
