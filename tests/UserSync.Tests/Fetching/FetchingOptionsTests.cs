using UserSync.Fetching;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

public sealed class FetchingOptionsTests
{
    [Theory]
    [InlineData("Timeout", "00:00:00.5", "Fetching:Timeout is 00:00:00.5000000; it can be from 00:00:01 to 00:00:30.")]
    [InlineData("Timeout", "00:00:31", "Fetching:Timeout is 00:00:31; it can be from 00:00:01 to 00:00:30.")]
    [InlineData("Interval", "-00:00:01", "Fetching:Interval is -00:00:01; it can be from 00:00:00 to 00:01:00.")]
    [InlineData("Interval", "00:01:01", "Fetching:Interval is 00:01:01; it can be from 00:00:00 to 00:01:00.")]
    [InlineData("CacheTime", "01:00:01", "Fetching:CacheTime is 01:00:01; it can be from 00:00:00 to 01:00:00.")]
    [InlineData("CacheTime", "00:00:04", "Fetching:CacheTime must not be shorter than Interval.")]
    [InlineData("ClockDifference", "00:01:01", "Fetching:ClockDifference is 00:01:01; it can be from 00:00:00 to 00:01:00.")]
    [InlineData("MaxRecordBytes", "1023", "Fetching:MaxRecordBytes is 1023; it can be from 1024 to 16777216.")]
    [InlineData("MaxRecordBytes", "16777217", "Fetching:MaxRecordBytes is 16777217; it can be from 1024 to 16777216.|Fetching:CacheBytes is 67108864; it must be at least 134221832, room for 4 of the largest records.")]
    [InlineData("MaxDepth", "3", "Fetching:MaxDepth is 3; it can be from 4 to 256.")]
    [InlineData("MaxDepth", "257", "Fetching:MaxDepth is 257; it can be from 4 to 256.")]
    [InlineData("CacheBytes", "8392703", "Fetching:CacheBytes is 8392703; it must be at least 8392704, room for 4 of the largest records.")]
    public void What_is_out_of_bounds_is_said_at_start(string name, string value, string expected) => Assert.Equal(expected.Split('|'), Failures((name, value)));

    [Fact]
    public void Every_mistake_is_said_at_once() => Assert.Equal(3, Failures(("Timeout", "0"), ("MaxDepth", "0"), ("CacheBytes", "0")).Count);

    [Fact]
    public void The_defaults_and_the_bounds_themselves_are_taken()
    {
        Assert.Empty(Failures());
        Assert.Empty(Failures(("Timeout", "00:00:30"), ("Interval", "00:01:00"), ("CacheTime", "01:00:00"), ("ClockDifference", "00:01:00"), ("MaxDepth", "4"), ("CacheBytes", "8392704")));
    }

    private static IReadOnlyList<string> Failures(params (string Name, string Value)[] settings) =>
        TestServices.Failures<FetchingOptions>("Fetching", settings);
}
