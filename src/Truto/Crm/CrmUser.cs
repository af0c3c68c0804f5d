using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json;
using Truto.Http;

namespace Truto.Crm;

/// <summary>
/// A unified CRM user as Truto answers it. Which members come depends on the provider (see <see cref="CrmUserSupport"/>), and a
/// mapping override may rename, retype or add any, so every member may be missing.
/// </summary>
public sealed record CrmUser
{
    /// <summary>
    /// The provider's id of the user; a number is given as its text. Where the answer has none (Salesforce, an excluded field), the
    /// id of the call, and in a list <see langword="null"/>.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The user's name.</summary>
    public string? Name { get; init; }

    /// <summary>The user's e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the user is active.</summary>
    public bool? IsActive { get; init; }

    /// <summary>When the provider created the user.</summary>
    public LenientDate? CreatedAt { get; init; }

    /// <summary>When the provider last changed the user.</summary>
    public LenientDate? UpdatedAt { get; init; }

    /// <summary>The user's links; empty where there are none.</summary>
    public IReadOnlyList<CrmUserUrl> Urls { get; init; } = [];

    /// <summary>The provider's own record, of any JSON type.</summary>
    public JsonElement? RemoteData { get; init; }

    /// <summary>The members that the client does not know, and known ones that came in a type that it does not.</summary>
    public IReadOnlyDictionary<string, JsonElement> UnknownMembers { get; init; } = ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>Nothing of the user, because all of it is personal data.</summary>
    public override string ToString() => nameof(CrmUser);

    /// <summary>Reads a user from what a call answered; whatever cannot be read is kept and never an error.</summary>
    internal static CrmUser Read(JsonElement? body, string? idOfTheCall)
    {
        if (body is not { ValueKind: JsonValueKind.Object } record)
        {
            return new CrmUser { Id = idOfTheCall };
        }

        string? id = null, name = null, email = null;
        bool? isActive = null;
        LenientDate? createdAt = null, updatedAt = null;
        IReadOnlyList<CrmUserUrl> urls = [];
        JsonElement? remoteData = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var member in record.EnumerateObject())
        {
            var key = Json.Name(member);
            var value = member.Value;
            var isRead = key.SequenceEqual("id"u8) ? TryRead(value, ref id, orNumber: true)
                : key.SequenceEqual("name"u8) ? TryRead(value, ref name)
                : key.SequenceEqual("email"u8) ? TryRead(value, ref email)
                : key.SequenceEqual("is_active"u8) ? TryRead(value, ref isActive)
                : key.SequenceEqual("created_at"u8) ? TryRead(value, ref createdAt)
                : key.SequenceEqual("updated_at"u8) ? TryRead(value, ref updatedAt)
                : key.SequenceEqual("urls"u8) ? TryRead(value, ref urls)
                : key.SequenceEqual("remote_data"u8) && TryRead(value, ref remoteData);
            if (!isRead)
            {
                unknown ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal);
                unknown[Encoding.UTF8.GetString(key)] = value;
            }
        }

        return new CrmUser
        {
            Id = string.IsNullOrEmpty(id) ? idOfTheCall : id,
            Name = name,
            Email = email,
            IsActive = isActive,
            CreatedAt = createdAt,
            UpdatedAt = updatedAt,
            Urls = urls,
            RemoteData = remoteData,
            UnknownMembers = unknown as IReadOnlyDictionary<string, JsonElement> ?? ReadOnlyDictionary<string, JsonElement>.Empty,
        };
    }

    private static bool TryRead(JsonElement value, ref string? text, bool orNumber = false)
    {
        var read = orNumber && value.ValueKind is JsonValueKind.Number ? value.GetRawText() : Json.Text(value);
        if (read is null && value.ValueKind is not JsonValueKind.Null)
        {
            return false;
        }

        text = read;
        return true;
    }

    private static bool TryRead(JsonElement value, ref bool? flag)
    {
        if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False))
        {
            return false;
        }

        flag = value.ValueKind is JsonValueKind.Null ? null : value.GetBoolean();
        return true;
    }

    private static bool TryRead(JsonElement value, ref LenientDate? date)
    {
        string? text = null;
        if (!TryRead(value, ref text, orNumber: true))
        {
            return false;
        }

        date = text is null ? null : value.ValueKind is JsonValueKind.Number ? new LenientDate(text, null) : LenientDate.Read(value, text);
        return true;
    }

    private static bool TryRead(JsonElement value, ref IReadOnlyList<CrmUserUrl> links)
    {
        if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Array))
        {
            return false;
        }

        links = value.ValueKind is JsonValueKind.Null ? [] :
        [
            .. value.EnumerateArray()
                .Where(item => item.ValueKind is JsonValueKind.Object)
                .Select(item => new CrmUserUrl(MemberText(item, "type"), MemberText(item, "url"))),
        ];
        return true;
    }

    private static bool TryRead(JsonElement value, ref JsonElement? json)
    {
        json = value.ValueKind is JsonValueKind.Null ? null : value;
        return true;
    }

    private static string? MemberText(JsonElement item, string name) => Json.Member(item, name) is { } member ? Json.Text(member) : null;
}
