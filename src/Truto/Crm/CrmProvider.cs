namespace Truto.Crm;

/// <summary>What one CRM behind Truto does with the fields of a unified user.</summary>
/// <param name="Name">The provider's name as Truto spells it, for example <c>salesforce</c>.</param>
/// <param name="Required">The request fields without which Truto refuses every create and update.</param>
/// <param name="Accepted">
/// All request fields that the provider takes, the required ones and <c>remote_data</c> among them. Other fields are ignored or
/// refused.
/// </param>
/// <param name="Answered">
/// The fields that a unified response carries, <c>remote_data</c> among them. Salesforce answers no mapped field, not even
/// <c>id</c>.
/// </param>
public sealed record CrmProvider(
    string Name,
    IReadOnlySet<string> Required,
    IReadOnlySet<string> Accepted,
    IReadOnlySet<string> Answered);
