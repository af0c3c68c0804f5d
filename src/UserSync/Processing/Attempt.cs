namespace UserSync.Processing;

/// <summary>How often an event was tried, and how it is to be tried now.</summary>
/// <param name="Failed">How many attempts have failed.</param>
/// <param name="Alone">Whether to apply the event without what else is pending.</param>
/// <param name="Resend">Whether to send everything that is known of the user once more, because an older update may have overtaken a newer one.</param>
/// <param name="HeldUntil">Until when the event is this worker's; after that another may have ended it already.</param>
public readonly record struct Attempt(int Failed, bool Alone, bool Resend, DateTimeOffset HeldUntil)
{
    /// <summary>Whether it is durable already that the event was received; otherwise that is noted together with its end.</summary>
    public bool IsNoted { get; init; } = true;

    /// <summary>The attempt after this one.</summary>
    /// <param name="disposition">What this one came to.</param>
    public Attempt Next(Disposition disposition)
    {
        ArgumentNullException.ThrowIfNull(disposition);
        return this with
        {
            Failed = Failed + (disposition.SpendsAttempt ? 1 : 0),
            Alone = Alone || disposition.Alone,

            // Where even what Truto had taken before is refused, there is nothing that could be sent once more.
            Resend = disposition.Resend || (Resend && !(Alone && disposition.Alone)),
        };
    }
}
