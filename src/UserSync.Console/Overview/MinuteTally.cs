namespace UserSync.Console.Overview;

/// <summary>Counts one minute. Not safe for concurrent use.</summary>
internal sealed class MinuteTally
{
    // Enough for a fair median; a minute of more updates is a sample.
    private const int MostDurations = 512;

    private readonly List<double> durations = [];
    private int measured;

    internal long Minute { get; private set; } = -1;

    internal int Valid { get; set; }

    internal int Refused { get; set; }

    internal int Applied { get; set; }

    internal int Skipped { get; set; }

    internal int Failed { get; set; }

    internal int Waits { get; set; }

    internal double? QueueAge { get; set; }

    internal void Begin(long minute)
    {
        Minute = minute;
        Valid = Refused = Applied = Skipped = Failed = Waits = measured = 0;
        QueueAge = null;
        durations.Clear();
    }

    internal void Took(double seconds)
    {
        if (durations.Count < MostDurations)
        {
            durations.Add(seconds);
        }
        else
        {
            durations[measured % MostDurations] = seconds;
        }

        measured++;
    }

    internal ActivityMinute Read(DateTimeOffset at)
    {
        var sorted = durations.Order().ToList();
        return new ActivityMinute(at, Valid, Refused, Applied, Skipped, Failed, Quantile(sorted, 0.5), Quantile(sorted, 0.95), QueueAge, Waits);
    }

    private static double? Quantile(List<double> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
