using System.Text.Json;

namespace Truto.Sandbox.State;

/// <summary>
/// What a request changes in a provider's record. A field that is not in <see cref="Present"/> is left alone; one that is present
/// and null is cleared (Truto does not document what null does).
/// </summary>
internal sealed class UserPatch
{
    public UserFields Present { get; private set; }

    public string? Email { get; private set; }

    public string? Name { get; private set; }

    public string? FirstName { get; private set; }

    public string? LastName { get; private set; }

    public bool? IsActive { get; private set; }

    /// <summary>Custom fields to set, and with a null value to remove; null clears them all.</summary>
    public IReadOnlyDictionary<string, JsonElement>? CustomFields { get; private set; }

    /// <summary>Members to put into the provider's record as they are.</summary>
    public Dictionary<string, JsonElement>? RemoteData { get; private set; }

    public bool Has(UserFields field) => Present.HasFlag(field);

    /// <summary>Takes a value, unless it is of the wrong type for the field.</summary>
    public bool TrySet(UserFields field, JsonElement value)
    {
        var isNull = value.ValueKind == JsonValueKind.Null;
        switch (field)
        {
            case UserFields.IsActive when isNull || value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                IsActive = isNull ? null : value.GetBoolean();
                break;
            case UserFields.CustomFields when isNull || value.ValueKind == JsonValueKind.Object:
                CustomFields = isNull ? null : Members(value);
                break;
            case UserFields.Email when isNull || value.ValueKind == JsonValueKind.String:
                Email = value.GetString();
                break;
            case UserFields.Name when isNull || value.ValueKind == JsonValueKind.String:
                Name = value.GetString();
                break;
            case UserFields.FirstName when isNull || value.ValueKind == JsonValueKind.String:
                FirstName = value.GetString();
                break;
            case UserFields.LastName when isNull || value.ValueKind == JsonValueKind.String:
                LastName = value.GetString();
                break;
            default:
                return false;
        }

        Present |= field;
        return true;
    }

    public void SetRemote(string name, JsonElement value)
    {
        RemoteData ??= new(StringComparer.Ordinal);
        RemoteData[name] = value.Clone();
        Present |= UserFields.RemoteData;
    }

    /// <summary>The record after this change.</summary>
    /// <param name="user">The record before.</param>
    /// <param name="derivesName">Whether the provider makes the full name from first and last name.</param>
    public SandboxUser Apply(SandboxUser user, bool derivesName)
    {
        var after = user with
        {
            Email = Has(UserFields.Email) ? Email : user.Email,
            FirstName = Has(UserFields.FirstName) ? FirstName : user.FirstName,
            LastName = Has(UserFields.LastName) ? LastName : user.LastName,
            Name = Has(UserFields.Name) ? Name : user.Name,
            IsActive = Has(UserFields.IsActive) ? IsActive : user.IsActive,
            CustomFields = Has(UserFields.CustomFields) ? MergeCustomFields(user.CustomFields) : user.CustomFields,
            RemoteData = RemoteData is null ? user.RemoteData : Merge(user.RemoteData, RemoteData),
        };
        return derivesName && (Has(UserFields.FirstName) || Has(UserFields.LastName)) && !Has(UserFields.Name)
            ? after with { Name = $"{after.FirstName} {after.LastName}".Trim() }
            : after;
    }

    private static Dictionary<string, JsonElement> Members(JsonElement value)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
            members[member.Name] = member.Value.Clone();
        return members;
    }

    private static Dictionary<string, JsonElement> Merge(
        IReadOnlyDictionary<string, JsonElement> before,
        IReadOnlyDictionary<string, JsonElement> changes)
    {
        var after = new Dictionary<string, JsonElement>(before, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            after[name] = value;
        return after;
    }

    private IReadOnlyDictionary<string, JsonElement> MergeCustomFields(IReadOnlyDictionary<string, JsonElement> before)
    {
        if (CustomFields is null)
            return SandboxUser.Empty;
        var after = Merge(before, CustomFields);
        foreach (var (name, value) in CustomFields)
        {
            if (value.ValueKind == JsonValueKind.Null)
                after.Remove(name);
        }

        return after;
    }
}
