namespace UserSync.Tests.Support;

/// <summary>The time of the tests.</summary>
internal static class Now
{
    internal static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
