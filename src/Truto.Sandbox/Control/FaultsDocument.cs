namespace Truto.Sandbox.Control;

/// <summary>Everything that is made to go wrong. What a new one leaves out ends.</summary>
internal sealed record FaultsDocument
{
    public Dictionary<SandboxFault, double>? Rates { get; init; }

    public LatencyDocument? Latency { get; init; }

    public List<SandboxFault>? Next { get; init; }

    public int? Seed { get; init; }

    public static FaultsDocument Of(SandboxFaults faults) => new()
    {
        Rates = Enum.GetValues<SandboxFault>().Where(fault => fault != SandboxFault.None && faults[fault] > 0)
            .ToDictionary(fault => fault, fault => faults[fault]),
        Latency = new LatencyDocument(faults.Latency.Min.TotalMilliseconds, faults.Latency.Max.TotalMilliseconds),
        Next = [.. faults.Script],
    };

    public void ApplyTo(SandboxFaults faults)
    {
        var latency = Latency?.ToLatency() ?? SandboxLatency.None;
        faults.Replace(Rates ?? [], Next ?? [], latency);
        if (Seed is { } seed)
            faults.Reseed(seed);
    }
}
