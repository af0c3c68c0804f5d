namespace Truto.Sandbox.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void A_test() => Assert.True(true);
}
