using System.ComponentModel;

namespace UserSync.Endpoints.Answers;

/// <summary>Whether this instance can work, and how it is getting on.</summary>
[Description("Whether this instance can work. All but the status is for the operator only.")]
public sealed record HealthAnswer
{
    /// <summary>The state, as a word.</summary>
    [Description("ready or unready.")]
    public required string Status { get; init; }

    /// <summary>How many sources run.</summary>
    [Description("How many sources run.")]
    public int? Sources { get; init; }

    /// <summary>Whether the store can be reached.</summary>
    [Description("Whether the store can be reached.")]
    public bool? Store { get; init; }

    /// <summary>The queue.</summary>
    public QueueAnswer? Queue { get; init; }

    /// <summary>The worker.</summary>
    public WorkerAnswer? Worker { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Status;
}
