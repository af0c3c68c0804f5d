using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>Why a CRM user was not found. Nothing in it is personal.</summary>
internal static class FindFailure
{
    internal static Failure NotFound(string what) => new(
        "user-not-found", $"The account has no user with this {what}; \"missing\" in \"user\" says what is to happen then.", IsTransient: false);

    internal static Failure NotLinked() => new(
        "user-not-found", "The table of links does not say who this person is: add a line to it.", IsTransient: false);

    internal static Failure Ambiguous(string field) => new(
        "ambiguous-user",
        $"The account has several users with this {field}: correct it there, or say in a table of links who is meant.",
        IsTransient: false);

    internal static Failure OtherValue(string field) => new(
        "mapping-failed", $"The user would be created with another {field} than the one that was looked for.", IsTransient: false);

    internal static Failure NoId() => new(
        "invalid-response", "The user was created, but Truto's answer does not say its id, and the account's list does not show it.", IsTransient: true);

    internal static Failure TimedOut() => new(Failure.TimedOut, "Truto did not answer in time.", IsTransient: true);
}
