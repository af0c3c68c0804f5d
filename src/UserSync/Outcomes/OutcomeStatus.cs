namespace UserSync.Outcomes;

/// <summary>What became of a change event.</summary>
public enum OutcomeStatus
{
    /// <summary>It was accepted and is durable; what becomes of it is still open.</summary>
    Received,

    /// <summary>Truto took it.</summary>
    Applied,

    /// <summary>There was nothing to do, and the reason says why.</summary>
    Skipped,

    /// <summary>It was refused for good, and the failure says why. Correct what is wrong and replay it.</summary>
    Failed,

    /// <summary>It was given up after the last attempt, or could not be read at all. Replay it when the cause is gone.</summary>
    DeadLettered,
}
