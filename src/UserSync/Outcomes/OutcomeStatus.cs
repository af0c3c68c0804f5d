namespace UserSync.Outcomes;

/// <summary>What became of a change event.</summary>
public enum OutcomeStatus
{
    /// <summary>Truto took the update.</summary>
    Applied,

    /// <summary>There was nothing to do, and the reason says why.</summary>
    Skipped,

    /// <summary>It could not be applied, and the failure says why.</summary>
    Failed,
}
