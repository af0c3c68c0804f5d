namespace Benchmarks;

/// <summary>What a load gave.</summary>
/// <param name="Rate">Deliveries a second that were answered with a success.</param>
/// <param name="Milliseconds">How long each took, in order.</param>
internal sealed record LoadResult(double Rate, IReadOnlyList<double> Milliseconds)
{
    /// <summary>How many were answered.</summary>
    internal int Count => Milliseconds.Count;

    /// <summary>What so many of a hundred took at the most, in milliseconds.</summary>
    internal double Percentile(double percent) => Count == 0 ? 0 : Milliseconds[Math.Min(Count - 1, (int)(Count * percent / 100))];
}
