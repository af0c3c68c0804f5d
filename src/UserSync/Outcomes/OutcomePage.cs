namespace UserSync.Outcomes;

/// <summary>A page of outcomes, the latest received first.</summary>
/// <param name="Outcomes">The outcomes, without their events' content. May be empty although there is a next page.</param>
/// <param name="Cursor">Where the next page begins; <see langword="null"/> where there is none.</param>
public sealed record OutcomePage(IReadOnlyList<Outcome> Outcomes, string? Cursor);
