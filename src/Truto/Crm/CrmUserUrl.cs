namespace Truto.Crm;

/// <summary>A link of a unified CRM user.</summary>
/// <param name="Type">What the link leads to, in the provider's words.</param>
/// <param name="Url">The link as it came; it may be no valid URL, and may hold personal data.</param>
public sealed record CrmUserUrl(string? Type, string? Url)
{
    /// <summary>Nothing of the link, because it may name the user.</summary>
    public override string ToString() => nameof(CrmUserUrl);
}
