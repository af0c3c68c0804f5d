namespace UserSync.Outcomes;

/// <summary>How an event ended, and the update that carried it.</summary>
/// <param name="Conclusion">How it ended.</param>
/// <param name="Update">The update; only where it was applied, and the update is still kept.</param>
public sealed record Ending(Conclusion Conclusion, Update? Update)
{
    /// <inheritdoc/>
    public override string ToString() => Conclusion.ToString();
}
