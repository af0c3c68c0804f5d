namespace Server.Tests.Fuzzing;

/// <summary>What became of a case.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Updates">How many updates reached Truto.</param>
internal sealed record FuzzAnswer(int Status, int Updates);
