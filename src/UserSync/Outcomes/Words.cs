namespace UserSync.Outcomes;

/// <summary>How statuses and reasons are written in answers, queries and stores.</summary>
public static class Words
{
    // Both in the order of their enumerations.
    private static readonly (OutcomeStatus Status, string Word)[] Statuses =
    [
        (OutcomeStatus.Received, "received"),
        (OutcomeStatus.Applied, "applied"),
        (OutcomeStatus.Skipped, "skipped"),
        (OutcomeStatus.Failed, "failed"),
        (OutcomeStatus.DeadLettered, "dead-lettered"),
    ];

    private static readonly (SkipReason Reason, string Word)[] Reasons =
    [
        (SkipReason.Filtered, "filtered"),
        (SkipReason.Unchanged, "unchanged"),
        (SkipReason.Stale, "stale"),
        (SkipReason.Gone, "gone"),
        (SkipReason.NoUser, "no-user"),
    ];

    /// <summary>All words for statuses.</summary>
    public static IEnumerable<string> AllStatuses => Statuses.Select(pair => pair.Word);

    /// <summary>A status as a word.</summary>
    /// <param name="status">The status.</param>
    public static string Of(OutcomeStatus status) => Statuses[(int)status].Word;

    /// <summary>A reason as a word.</summary>
    /// <param name="reason">The reason.</param>
    public static string Of(SkipReason reason) => Reasons[(int)reason].Word;

    /// <summary>The status that a word stands for; <see langword="null"/> where it stands for none.</summary>
    /// <param name="word">The word.</param>
    public static OutcomeStatus? Status(string? word)
    {
        foreach (var (status, known) in Statuses)
        {
            if (known == word)
            {
                return status;
            }
        }

        return null;
    }

    /// <summary>The reason that a word stands for; <see langword="null"/> where it stands for none.</summary>
    /// <param name="word">The word.</param>
    public static SkipReason? Reason(string? word) =>
        Array.Find(Reasons, pair => pair.Word == word) is { Word: not null } pair ? pair.Reason : null;
}
