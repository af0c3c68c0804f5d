namespace Truto.Crm;

/// <summary>One page of a list of users.</summary>
/// <param name="Users">The users; a page may be empty and still have a successor.</param>
/// <param name="NextCursor">What the next page is asked for with; <see langword="null"/> after the last.</param>
public sealed record CrmUserPage(IReadOnlyList<CrmUser> Users, string? NextCursor)
{
    /// <summary>How many; never who.</summary>
    public override string ToString() => $"{Users.Count} users";
}
