namespace UserSync.Processing;

/// <summary>The user that an event is about, or what is to happen with the event instead.</summary>
/// <param name="UserId">The CRM's id of the user; <see langword="null"/> where nobody is found yet.</param>
/// <param name="Disposition">What is to happen with the event; only where nobody is found yet.</param>
public sealed record FoundUser(string? UserId, Disposition? Disposition)
{
    /// <inheritdoc/>
    public override string ToString() => UserId is null ? "nobody" : "somebody";
}
