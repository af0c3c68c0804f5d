namespace Benchmarks;

/// <summary>What several rounds gave.</summary>
internal static class Figures
{
    /// <summary>The middle one.</summary>
    internal static double Median(IReadOnlyList<double> figures)
    {
        var sorted = figures.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The middle one, with the least and the most, for people.</summary>
    internal static string Text(IReadOnlyList<double> figures) => $"{Median(figures),9:F0}  ({figures.Min():F0} to {figures.Max():F0})";
}
