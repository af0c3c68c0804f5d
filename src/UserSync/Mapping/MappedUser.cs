using UserSync.Directories;

namespace UserSync.Mapping;

/// <summary>What an event says about which CRM user.</summary>
/// <param name="UserId">The CRM user's id; empty where there are problems with it, or the user has to be found.</param>
/// <param name="Patch">What to change.</param>
/// <param name="Problems">Why the event cannot be applied; empty where it can.</param>
public sealed record MappedUser(string UserId, UserPatch Patch, IReadOnlyList<MappingProblem> Problems)
{
    /// <summary>Whom to look for; <see langword="null"/> where the event says the id.</summary>
    public UserSearch? Search { get; init; }

    /// <summary>The fields by name; never their values.</summary>
    public override string ToString() => $"{Patch}; {Problems.Count} problems";
}
