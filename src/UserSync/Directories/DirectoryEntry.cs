namespace UserSync.Directories;

/// <summary>A user of an account, with the values by which the user is found.</summary>
/// <param name="UserId">The CRM's id of the user.</param>
/// <param name="Values">The values; none for a user that is not to be found.</param>
public sealed record DirectoryEntry(string UserId, IReadOnlyList<DirectoryValue> Values)
{
    /// <summary>Nothing of the user.</summary>
    public override string ToString() => $"{Values.Count} values";
}
