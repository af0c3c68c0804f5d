namespace UserSync.Receiving.Events;

/// <summary>The change events of a delivery, or why there are none.</summary>
/// <param name="Events">The events, in the order in which they stand in the delivery.</param>
/// <param name="IsArray">Whether the delivery is an array of events, be it of one.</param>
/// <param name="Rejection">Why the delivery was not understood; <see langword="null"/> where it was.</param>
public readonly record struct EventBatch(IReadOnlyList<ChangeEvent> Events, bool IsArray, Rejection? Rejection)
{
    internal static EventBatch Rejected(int status, string reason) => new([], IsArray: false, new Rejection(status, reason));
}
