using UserSync.Outcomes;
using UserSync.Processing;

namespace UserSync.Console.Overview;

/// <summary>How everything is getting on.</summary>
public sealed record OverviewModel
{
    /// <summary>What needs a person.</summary>
    public required IReadOnlyList<Need> Needs { get; init; }

    /// <summary>How many events of the last day have which status, of those that were looked at.</summary>
    public required IReadOnlyDictionary<OutcomeStatus, int> Day { get; init; }

    /// <summary>Whether these are all events of the last day.</summary>
    public required bool IsWholeDay { get; init; }

    /// <summary>How many messages wait; <see langword="null"/> where the store cannot be reached.</summary>
    public long? Waiting { get; init; }

    /// <summary>How long the oldest has been waiting.</summary>
    public TimeSpan? Oldest { get; init; }

    /// <summary>What this process did in the last hour.</summary>
    public required IReadOnlyList<ActivityMinute> Activity { get; init; }

    /// <summary>How near accounts are to their limits.</summary>
    public required IReadOnlyList<AccountPressure> Accounts { get; init; }
}
