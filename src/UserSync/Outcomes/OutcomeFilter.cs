namespace UserSync.Outcomes;

/// <summary>Which outcomes are asked for. What is <see langword="null"/> is not asked about.</summary>
/// <param name="Source">Those of one source.</param>
/// <param name="Status">Those with one status.</param>
/// <param name="UserId">Those of one CRM user.</param>
/// <param name="Since">Those received at this time or later.</param>
/// <param name="Before">Those received before this time.</param>
public sealed record OutcomeFilter(
    string? Source = null, OutcomeStatus? Status = null, string? UserId = null, DateTimeOffset? Since = null, DateTimeOffset? Before = null);
