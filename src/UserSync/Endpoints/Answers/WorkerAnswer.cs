using System.ComponentModel;

namespace UserSync.Endpoints.Answers;

/// <summary>What this instance's worker has done since it started.</summary>
/// <param name="Completed">How many messages ended.</param>
/// <param name="CompletedPerSecond">How many a second, lately.</param>
/// <param name="PutOff">How many were put off.</param>
/// <param name="Failed">How many could not be processed for a defect or an outage of the store.</param>
[Description("What this instance's worker has done since it started.")]
public sealed record WorkerAnswer(
    [property: Description("How many messages ended.")] long Completed,
    [property: Description("How many messages ended a second, lately.")] double CompletedPerSecond,
    [property: Description("How many were put off.")] long PutOff,
    [property: Description("How many could not be processed for an outage of the store, or a defect.")] long Failed);
