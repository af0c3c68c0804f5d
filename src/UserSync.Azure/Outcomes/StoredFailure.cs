using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>Why an event could not be applied, as it is kept.</summary>
internal sealed record StoredFailure(string Cause, string Reason, bool IsTransient, long? RetryAfterTicks)
{
    internal static StoredFailure? Of(Failure? failure) =>
        failure is null ? null : new StoredFailure(failure.Cause, failure.Reason, failure.IsTransient, failure.RetryAfter?.Ticks);

    internal Failure ToFailure() => new(Cause, Reason, IsTransient, RetryAfterTicks is { } ticks ? TimeSpan.FromTicks(ticks) : null);
}
