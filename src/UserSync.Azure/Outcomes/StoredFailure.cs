namespace UserSync.Azure.Outcomes;

/// <summary>Why an event could not be applied, as it is kept.</summary>
internal sealed record StoredFailure(string Cause, string Reason, bool IsTransient, long? RetryAfterTicks);
