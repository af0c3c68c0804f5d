using System.Text.Json;
using Truto.Crm;

namespace UserSync.Directories;

/// <summary>The fields of a unified user by which users are found, and where providers say them.</summary>
internal static class DirectoryFields
{
    private const string RemotePrefix = "remote_data.";
    private const string Salesforce = "salesforce";

    /// <summary>The fields by name.</summary>
    internal static readonly IReadOnlyList<string> Names = ["email", "name", RemotePrefix];

    /// <summary>
    /// Providers whose users say when they were changed, and so can be asked for what has changed (Truto's API reference, support of
    /// <c>updated_at</c>). All others ignore the filter without a word.
    /// </summary>
    private static readonly string[] SayingChanges = ["outreach", "pipedrive", "planhat", "wix"];

    /// <summary>Whether users can be found by a field. First and last name are in no answer of Truto's.</summary>
    internal static bool IsOne(string name) =>
        name is "email" or "name" || (name.StartsWith(RemotePrefix, StringComparison.Ordinal) && name.Length > RemotePrefix.Length);

    /// <summary>Whether a provider can be asked for what has changed.</summary>
    internal static bool SaysChanges(string provider) => Array.IndexOf(SayingChanges, provider) >= 0;

    /// <summary>
    /// Whether the provider's own record has to be asked for. Truto maps none of Salesforce's fields, not even the id (API reference,
    /// response support): they are in the record.
    /// </summary>
    internal static bool NeedRecord(string provider, IEnumerable<string> fields) =>
        provider == Salesforce || fields.Any(field => field.StartsWith(RemotePrefix, StringComparison.Ordinal));

    /// <summary>The CRM's id of a user; <see langword="null"/> where the answer does not say.</summary>
    internal static string? IdOf(string provider, CrmUser user) =>
        !string.IsNullOrEmpty(user.Id) ? user.Id
        : provider == Salesforce && Text(user, "Id") is { Length: > 0 } id ? id
        : null;

    /// <summary>By which values a user is found.</summary>
    internal static IReadOnlyList<DirectoryValue> ValuesOf(string provider, CrmUser user, IReadOnlyList<string> fields) =>
        [.. fields.Select(field => DirectoryValue.Of(field, TextOf(provider, user, field))).OfType<DirectoryValue>()];

    private static string? TextOf(string provider, CrmUser user, string field) => field switch
    {
        "email" => user.Email ?? (provider == Salesforce ? Text(user, "Email") : null),
        "name" => user.Name ?? (provider == Salesforce ? Text(user, "Name") : null),
        _ => Text(user, field[RemotePrefix.Length..]),
    };

    private static string? Text(CrmUser user, string name) =>
        user.RemoteData is { ValueKind: JsonValueKind.Object } record && record.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;
}
