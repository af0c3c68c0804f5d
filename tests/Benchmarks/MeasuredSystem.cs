namespace Benchmarks;

/// <summary>One of the systems that are compared, and what was measured of it.</summary>
/// <param name="name">What it does.</param>
/// <param name="process">The system.</param>
/// <param name="load">Sends to it.</param>
internal sealed class MeasuredSystem(string name, ServedProcess process, LoadGenerator load)
{
    private readonly List<double> rates = [];
    private readonly List<double> costs = [];
    private readonly List<double> milliseconds = [];
    private readonly Dictionary<string, List<LoadResult>> atRates = new(StringComparer.Ordinal);

    internal string Name => name;

    internal ServedProcess Process => process;

    /// <summary>How many deliveries it has acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    internal double Rate => Figures.Median(rates);

    internal string RateText => Figures.Text(rates);

    /// <summary>Processor time a delivery, in microseconds.</summary>
    internal double Cost => Figures.Median(costs);

    /// <summary>The 99th percentile at saturation, in milliseconds.</summary>
    internal double Saturated99 => Figures.Median(milliseconds);

    /// <summary>Loads it as much as it takes.</summary>
    internal async Task SaturateAsync(TimeSpan duration, bool isMeasured, CancellationToken cancellationToken)
    {
        var before = process.ProcessorTime;
        var result = await load.RunAsync(duration, cancellationToken);
        Acknowledged += result.Count;
        if (isMeasured)
        {
            rates.Add(result.Rate);
            costs.Add((process.ProcessorTime - before).TotalMicroseconds / result.Count);
            milliseconds.Add(result.Percentile(99));
        }
    }

    /// <summary>Loads it at a rate.</summary>
    internal async Task RunAtAsync(string label, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var result = await load.RunAtAsync(rate, duration, cancellationToken);
        Acknowledged += result.Count;
        if (!atRates.TryGetValue(label, out var list))
        {
            atRates[label] = list = [];
        }

        list.Add(result);
    }

    /// <summary>A percentile at a rate, in milliseconds: the middle of the rounds.</summary>
    internal double PercentileAt(string label, double percent) => Figures.Median([.. atRates[label].Select(result => result.Percentile(percent))]);

    /// <summary>What was reached at a rate.</summary>
    internal double RateAt(string label) => Figures.Median([.. atRates[label].Select(result => result.Rate)]);
}
