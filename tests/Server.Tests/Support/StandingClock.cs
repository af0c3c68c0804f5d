namespace Server.Tests.Support;

/// <summary>It is always the same time, and yet waiting ends.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
