using System.ComponentModel;

namespace UserSync.Endpoints.Answers;

/// <summary>How much is waiting.</summary>
/// <param name="Messages">How many messages.</param>
/// <param name="OldestSeconds">How long the oldest has waited.</param>
[Description("How much is waiting in the queue.")]
public sealed record QueueAnswer(
    [property: Description("How many messages.")] long Messages,
    [property: Description("How long the oldest has waited, in seconds.")] long OldestSeconds);
