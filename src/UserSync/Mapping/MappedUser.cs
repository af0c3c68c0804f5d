namespace UserSync.Mapping;

/// <summary>What an event says about which CRM user.</summary>
/// <param name="UserId">The CRM user's id; empty where there are problems with it.</param>
/// <param name="Patch">What to change.</param>
/// <param name="Problems">Why the event cannot be applied; empty where it can.</param>
public sealed record MappedUser(string UserId, UserPatch Patch, IReadOnlyList<MappingProblem> Problems)
{
    /// <summary>The fields by name; never their values.</summary>
    public override string ToString() => $"{Patch}; {Problems.Count} problems";
}
