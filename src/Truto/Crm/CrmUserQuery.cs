using System.Text.Json.Nodes;

namespace Truto.Crm;

/// <summary>Which users a list holds. A provider that lacks a filter ignores it without a word.</summary>
public sealed record CrmUserQuery
{
    /// <summary>How many users a page may have, at least 1; the provider decides where it is <see langword="null"/>.</summary>
    public int? Limit { get; init; }

    /// <summary>Only users changed after this time: <c>updated_at[gt]</c>.</summary>
    public DateTimeOffset? UpdatedAfter { get; init; }

    /// <summary>Only users changed before this time: <c>updated_at[lt]</c>.</summary>
    public DateTimeOffset? UpdatedBefore { get; init; }

    /// <summary>Only users created after this time: <c>created_at[gt]</c>.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only users created before this time: <c>created_at[lt]</c>.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>
    /// Further filters by name, for example <c>{ "email": "ada@example.com" }</c>. The client's own parameters cannot be among them.
    /// </summary>
    public JsonObject? Filters { get; init; }

    /// <summary>Nothing of the filters, because they may hold personal data.</summary>
    public override string ToString() => nameof(CrmUserQuery);
}
