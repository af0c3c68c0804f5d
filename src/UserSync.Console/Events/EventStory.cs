using UserSync.Fetching;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Sources;

namespace UserSync.Console.Events;

/// <summary>All that is kept of one event, and what it comes to with the mapping as it is now.</summary>
public sealed record EventStory
{
    /// <summary>What became of it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The update that carried it.</summary>
    public Update? Update { get; init; }

    /// <summary>The attempts that failed, the first of them first.</summary>
    public IReadOnlyList<Update> FailedAttempts { get; init; } = [];

    /// <summary>Its source; <see langword="null"/> where there is none any more that can run.</summary>
    public Source? Source { get; init; }

    /// <summary>What the mapping makes of it now; <see langword="null"/> where it cannot be mapped.</summary>
    public MappedUser? Mapped { get; init; }

    /// <summary>The record behind the event, as it was fetched; <see langword="null"/> where its source fetches none.</summary>
    public FetchedRecord? Record { get; init; }

    /// <summary>Why the mapping says nothing.</summary>
    public string? NotMapped { get; init; }

    /// <summary>The CRM user's ledger as it is now.</summary>
    public UserLedger? Ledger { get; init; }

    /// <summary>What the ledger would be after the event: the same where it is in it.</summary>
    public UserLedger? LedgerAfter { get; init; }

    /// <summary>What a replay would do; <see langword="null"/> where nobody asked.</summary>
    public Forecast? Forecast { get; init; }

    /// <summary>Why the event cannot be replayed; <see langword="null"/> where it can.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Whether personal values are shown.</summary>
    public bool IsRevealed { get; init; }

    /// <summary>What was just done.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether something may still happen by itself.</summary>
    public bool IsOpen => Outcome.Conclusion.Status == OutcomeStatus.Received;

    /// <summary>The id of the event's trace; <see langword="null"/> where there is none.</summary>
    public string? TraceId => Outcome.TraceParent?.Split('-') is [_, { Length: 32 } trace, ..] ? trace : null;

    /// <summary>The source and the event's id; never its content.</summary>
    public override string ToString() => Outcome.ToString();
}
