namespace Console.Tests.Support;

/// <summary>The system's clock, some time off.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    /// <summary>How far off.</summary>
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
