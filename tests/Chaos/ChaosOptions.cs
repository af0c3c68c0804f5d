namespace Chaos;

/// <summary>How much chaos.</summary>
/// <param name="Storage">The connection string of an Azure storage account; <see langword="null"/> for SQLite.</param>
/// <param name="Kills">How many times the server is killed.</param>
/// <param name="Limit">When to give up.</param>
/// <param name="Seed">What the random choices begin with.</param>
internal sealed record ChaosOptions(string? Storage, int Kills, TimeSpan Limit, int Seed);
