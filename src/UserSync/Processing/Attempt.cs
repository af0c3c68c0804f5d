namespace UserSync.Processing;

/// <summary>How often an event was tried, and how it is to be tried now.</summary>
/// <param name="Failed">How many attempts have failed.</param>
/// <param name="Alone">Whether to apply the event without what else is pending.</param>
/// <param name="Resend">Whether to send everything that is known of the user once more, because an older update may have overtaken a newer one.</param>
public readonly record struct Attempt(int Failed, bool Alone, bool Resend);
