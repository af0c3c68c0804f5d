using System.Collections.ObjectModel;
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
        var user = new CrmUser();
        var unknown = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in Json.Members(body))
        {
            var isNull = value.ValueKind is JsonValueKind.Null;
            var text = Json.Text(value);
            var number = value.ValueKind is JsonValueKind.Number ? value.GetRawText() : null;
            user = name switch
            {
                "id" when isNull || text is not null || number is not null => user with { Id = text ?? number },
                "name" when isNull || text is not null => user with { Name = text },
                "email" when isNull || text is not null => user with { Email = text },
                "is_active" when isNull || value.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                    user with { IsActive = isNull ? null : value.GetBoolean() },
                "created_at" when isNull || text is not null || number is not null => user with { CreatedAt = Date(text, number) },
                "updated_at" when isNull || text is not null || number is not null => user with { UpdatedAt = Date(text, number) },
                "urls" when isNull || value.ValueKind is JsonValueKind.Array => user with { Urls = Links(value) },
                "remote_data" => user with { RemoteData = isNull ? null : value },
                _ => Keep(name, value),
            };
        }

        return user with { Id = string.IsNullOrEmpty(user.Id) ? idOfTheCall : user.Id, UnknownMembers = unknown };

        CrmUser Keep(string name, JsonElement value)
        {
            unknown[name] = value;
            return user;
        }
    }

    private static LenientDate? Date(string? text, string? number) =>
        text is not null ? LenientDate.Parse(text) : number is not null ? new LenientDate(number, null) : null;

    private static CrmUserUrl[] Links(JsonElement value) => value.ValueKind is not JsonValueKind.Array ? [] :
    [
        .. value.EnumerateArray()
            .Where(item => item.ValueKind is JsonValueKind.Object)
            .Select(item => new CrmUserUrl(MemberText(item, "type"), MemberText(item, "url"))),
    ];

    private static string? MemberText(JsonElement item, string name) => Json.Member(item, name) is { } member ? Json.Text(member) : null;
}
