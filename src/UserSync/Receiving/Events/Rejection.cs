namespace UserSync.Receiving.Events;

/// <summary>Why a delivery was not taken, without quoting it.</summary>
/// <param name="Status">The HTTP status to answer.</param>
/// <param name="Reason">The reason, as the middle of a sentence.</param>
public sealed record Rejection(int Status, string Reason);
