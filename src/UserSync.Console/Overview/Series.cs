namespace UserSync.Console.Overview;

/// <summary>One line, or one part of the bars, of a plot.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Color">The class that colours it.</param>
/// <param name="Values">Its values, the oldest first; <see langword="null"/> where there is none.</param>
public sealed record Series(string Name, string Color, IReadOnlyList<double?> Values);
