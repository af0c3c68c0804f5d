namespace UserSync.Tests.Support;

/// <summary>No chance at all: the same number every time.</summary>
internal sealed class TestRandom(double number) : Random
{
    public override double NextDouble() => number;
}
