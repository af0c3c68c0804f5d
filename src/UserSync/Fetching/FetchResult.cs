using UserSync.Outcomes;

namespace UserSync.Fetching;

/// <summary>What came of fetching the record behind an event: the record, a failure, or that it is not the time for it yet.</summary>
public sealed class FetchResult
{
    private FetchResult(FetchedRecord? record, Failure? failure, TimeSpan? wait)
    {
        Record = record;
        Failure = failure;
        Wait = wait;
    }

    /// <summary>The record, which may be gone; <see langword="null"/> where it was not fetched.</summary>
    public FetchedRecord? Record { get; }

    /// <summary>Why it was not fetched; <see langword="null"/> where nothing is wrong.</summary>
    public Failure? Failure { get; }

    /// <summary>When to come back, without an attempt having been made; <see langword="null"/> where one was.</summary>
    public TimeSpan? Wait { get; }

    internal static FetchResult Of(FetchedRecord record) => new(record, null, null);

    internal static FetchResult Of(Failure failure) => new(null, failure, null);

    /// <summary>Not now.</summary>
    /// <param name="wait">When.</param>
    /// <param name="failure">Why, where something failed that is not this event's fault.</param>
    internal static FetchResult Later(TimeSpan wait, Failure? failure = null) => new(null, failure, wait);

    /// <summary>Never the record.</summary>
    public override string ToString() => Failure?.Cause ?? Record?.ToString() ?? "later";
}
