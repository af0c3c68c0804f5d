namespace Truto.Sandbox.State;

/// <summary>The names of the unified user's fields.</summary>
internal static class UserFieldNames
{
    public static UserFields Parse(ReadOnlySpan<char> name) => name switch
    {
        "id" => UserFields.Id,
        "created_at" => UserFields.CreatedAt,
        "custom_fields" => UserFields.CustomFields,
        "email" => UserFields.Email,
        "first_name" => UserFields.FirstName,
        "is_active" => UserFields.IsActive,
        "last_name" => UserFields.LastName,
        "name" => UserFields.Name,
        "remote_data" => UserFields.RemoteData,
        "updated_at" => UserFields.UpdatedAt,
        "urls" => UserFields.Urls,
        _ => UserFields.None,
    };

    public static UserFields Parse(IEnumerable<string> names) =>
        names.Aggregate(UserFields.None, (fields, name) => fields | Parse(name));
}
