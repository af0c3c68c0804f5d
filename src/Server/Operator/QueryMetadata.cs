namespace Server.Operator;

/// <summary>The names of the query's parameters that a route takes.</summary>
/// <param name="Names">The names.</param>
internal sealed record QueryMetadata(IReadOnlyList<string> Names);
