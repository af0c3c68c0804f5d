namespace UserSync.Directories;

/// <summary>What an event says about which user to look for.</summary>
/// <param name="Person">The source's own id of the person; <see langword="null"/> where it says none.</param>
/// <param name="Value">The value to look for; <see langword="null"/> where nothing but links finds the user.</param>
public sealed record UserSearch(string? Person, DirectoryValue? Value)
{
    /// <summary>The field; never the values.</summary>
    public override string ToString() => Value?.Field ?? "link";
}
