namespace Truto.Sandbox.Control;

/// <summary>A latency in milliseconds; without a greatest value it is fixed.</summary>
internal sealed record LatencyDocument(double MinMs, double? MaxMs)
{
    public SandboxLatency ToLatency() => new(TimeSpan.FromMilliseconds(MinMs), TimeSpan.FromMilliseconds(MaxMs ?? MinMs));
}
