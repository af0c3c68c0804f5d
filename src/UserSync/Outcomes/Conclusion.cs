namespace UserSync.Outcomes;

/// <summary>How an event ended: the part of its outcome that changes.</summary>
/// <param name="Source">The name of the source.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="Status">What became of it.</param>
/// <param name="At">When.</param>
public sealed record Conclusion(string Source, string EventId, OutcomeStatus Status, DateTimeOffset At)
{
    /// <summary>Why there was nothing to do; only where it was skipped.</summary>
    public SkipReason? SkipReason { get; init; }

    /// <summary>Why it could not be applied; only where it failed or was given up.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The CRM user's account; <see langword="null"/> where the event was not mapped.</summary>
    public string? Account { get; init; }

    /// <summary>The CRM user's id; <see langword="null"/> where the event was not mapped, or does not say.</summary>
    public string? UserId { get; init; }

    /// <summary>The update that carried it to Truto, perhaps with others; only where it was applied.</summary>
    public string? UpdateId { get; init; }

    /// <summary>How many attempts failed before.</summary>
    public int Attempts { get; init; }

    /// <summary>Zero for the event as it was received; greater for each replay.</summary>
    public long Replay { get; init; }

    /// <summary>
    /// Whether another conclusion takes this one's place. A replay always does; an event that was applied stays applied whatever its
    /// repetitions come to; and nothing goes back to being open.
    /// </summary>
    /// <param name="next">The other.</param>
    public bool YieldsTo(Conclusion next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.Replay != Replay)
        {
            return next.Replay > Replay;
        }

        return Status != OutcomeStatus.Applied && next.Status != OutcomeStatus.Received;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/{EventId}: {Status}";
}
