namespace UserSync.Directories;

/// <summary>Which CRM user a person of a source is.</summary>
/// <param name="UserId">The CRM's id of the user.</param>
internal sealed record PersonLink(string UserId)
{
    /// <inheritdoc/>
    public override string ToString() => "link";
}
