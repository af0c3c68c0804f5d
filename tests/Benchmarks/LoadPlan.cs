namespace Benchmarks;

/// <summary>What a run of <c>load</c> consists of.</summary>
/// <param name="Rounds">How many rounds.</param>
/// <param name="Duration">How long each system is loaded in a round.</param>
/// <param name="WarmUp">How long each is loaded before.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="Drained">How many events wait when the queue's drain is measured.</param>
/// <param name="NodeRed">The folder in which npm has installed node-red.</param>
/// <param name="Webhook">The program adnanh/webhook.</param>
internal sealed record LoadPlan(int Rounds, TimeSpan Duration, TimeSpan WarmUp, int Connections, int Drained, string? NodeRed, string? Webhook);
