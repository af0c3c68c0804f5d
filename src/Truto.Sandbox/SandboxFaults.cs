using System.Collections.Concurrent;

namespace Truto.Sandbox;

/// <summary>
/// What goes wrong, and how often: a rate for each fault, a script that goes before the rates, and a latency. Everything may be
/// changed while requests are served.
/// </summary>
public sealed class SandboxFaults
{
    private const int MaxScript = 100_000;

    private static readonly int Kinds = Enum.GetValues<SandboxFault>().Length;

    private readonly Lock gate = new();
    private readonly ConcurrentQueue<SandboxFault> script = new();
    private readonly int initialSeed;
    private Random random;
    private double[]? rates;
    private SandboxLatency latency = SandboxLatency.None;

    internal SandboxFaults(int seed)
    {
        initialSeed = seed;
        random = new Random(seed);
    }

    /// <summary>
    /// How long the provider takes, on top of the sandbox's own work. The change is made at the end of that time, even when the caller
    /// has given up by then.
    /// </summary>
    public SandboxLatency Latency
    {
        get => Volatile.Read(ref latency);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref latency, value);
        }
    }

    /// <summary>What the next requests will meet, in order.</summary>
    public IReadOnlyList<SandboxFault> Script => [.. script];

    /// <summary>How often a fault strikes, as a share of the requests from 0 to 1. A request meets one fault at most.</summary>
    /// <param name="fault">Any fault but <see cref="SandboxFault.None"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The fault is unknown, the rate is not from 0 to 1, or the rates of all faults would exceed 1 together.
    /// </exception>
    public double this[SandboxFault fault]
    {
        get => Volatile.Read(ref rates)?[Checked(fault)] ?? 0;
        set
        {
            lock (gate)
            {
                var next = rates is null ? new double[Kinds] : (double[])rates.Clone();
                next[Checked(fault)] = value;
                SetRates(next);
            }
        }
    }

    /// <summary>Lets the next requests meet a fault, each once. They come before the rates, in the order of these calls.</summary>
    /// <param name="fault">The fault; <see cref="SandboxFault.None"/> lets a request pass.</param>
    /// <param name="count">How many requests, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fault is unknown, or the script would exceed 100,000 requests.</exception>
    public void Next(SandboxFault fault, int count = 1)
    {
        ThrowIfUnknown(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxScript - script.Count);
        for (var i = 0; i < count; i++)
            script.Enqueue(fault);
    }

    /// <summary>Ends every fault and every latency, and empties the script.</summary>
    public void Clear()
    {
        lock (gate)
            Volatile.Write(ref rates, null);
        script.Clear();
        Latency = SandboxLatency.None;
    }

    /// <summary>Starts the sequence of random decisions anew.</summary>
    /// <param name="seed">The seed; the same seed gives the same decisions to the same sequence of requests.</param>
    public void Reseed(int seed)
    {
        lock (gate)
            random = new Random(seed);
    }

    internal void Reset()
    {
        Clear();
        Reseed(initialSeed);
    }

    /// <summary>Replaces everything, or nothing where something is not valid.</summary>
    internal void Replace(
        IReadOnlyDictionary<SandboxFault, double> newRates,
        IReadOnlyList<SandboxFault> newScript,
        SandboxLatency newLatency)
    {
        var next = new double[Kinds];
        foreach (var (fault, rate) in newRates)
            next[Checked(fault)] = rate;
        foreach (var fault in newScript)
            ThrowIfUnknown(fault);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newScript.Count, MaxScript, nameof(newScript));
        lock (gate)
            SetRates(next);
        script.Clear();
        foreach (var fault in newScript)
            script.Enqueue(fault);
        Latency = newLatency;
    }

    internal SandboxFault Draw()
    {
        if (!script.IsEmpty && script.TryDequeue(out var scripted))
            return scripted;
        return Volatile.Read(ref rates) is { } current ? Draw(current) : SandboxFault.None;
    }

    internal TimeSpan DrawLatency()
    {
        var current = Latency;
        return current.Min == current.Max ? current.Min : current.Min + (current.Max - current.Min) * NextDouble();
    }

    private static void ThrowIfUnknown(SandboxFault fault)
    {
        if (!Enum.IsDefined(fault))
            throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault.");
    }

    private static int Checked(SandboxFault fault) => Enum.IsDefined(fault) && fault != SandboxFault.None
        ? (int)fault
        : throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault that has a rate.");

    private SandboxFault Draw(double[] current)
    {
        var draw = NextDouble();
        for (var i = 0; i < current.Length; i++)
        {
            draw -= current[i];
            if (draw < 0)
                return (SandboxFault)i;
        }

        return SandboxFault.None;
    }

    private double NextDouble()
    {
        lock (gate)
            return random.NextDouble();
    }

    private void SetRates(double[] next)
    {
        foreach (var rate in next)
        {
            if (rate is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(next), rate, "A rate must be from 0 to 1.");
        }

        // Sums such as 0.7 + 0.2 + 0.1 exceed 1 by a rounding error.
        if (next.Sum() > 1 + 1e-9)
            throw new ArgumentOutOfRangeException(nameof(next), next.Sum(), "The rates of all faults together must not exceed 1.");
        Volatile.Write(ref rates, Array.TrueForAll(next, rate => rate == 0) ? null : next);
    }
}
