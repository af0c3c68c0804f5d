namespace Truto.Sandbox;

/// <summary>How long the provider takes to answer: a time between two bounds, each time drawn anew.</summary>
public sealed record SandboxLatency
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <param name="min">The shortest time.</param>
    /// <param name="max">The longest time, at most ten minutes; the same as <paramref name="min"/> for a fixed latency.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is negative, out of order or greater than ten minutes.</exception>
    public SandboxLatency(TimeSpan min, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, Longest);
        Min = min;
        Max = max;
    }

    /// <summary>No latency.</summary>
    public static SandboxLatency None { get; } = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>The shortest time.</summary>
    public TimeSpan Min { get; }

    /// <summary>The longest time.</summary>
    public TimeSpan Max { get; }

    /// <summary>Always the same time.</summary>
    /// <param name="latency">The time, at most ten minutes.</param>
    public static SandboxLatency Fixed(TimeSpan latency) => new(latency, latency);
}
