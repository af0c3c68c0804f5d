using UserSync.Directories;
using UserSync.Tests.Support;

namespace UserSync.Tests.Directories;

public sealed class DirectoryOptionsTests
{
    [Theory]
    [InlineData("PageSize", "0", "Directory:PageSize can be from 1 to 1000.")]
    [InlineData("PageSize", "1001", "Directory:PageSize can be from 1 to 1000.")]
    [InlineData("MissInterval", "-00:00:01", "Directory:MissInterval is -00:00:01; it can be from 00:00:00 to 1.00:00:00.")]
    [InlineData("MissInterval", "1.00:00:01", "Directory:MissInterval is 1.00:00:01; it can be from 00:00:00 to 1.00:00:00.")]
    [InlineData("ChangesInterval", "00:00:09", "Directory:ChangesInterval is 00:00:09; it can be from 00:00:10 to 30.00:00:00.")]
    [InlineData("ChangesInterval", "30.00:00:01", "Directory:ChangesInterval is 30.00:00:01; it can be from 00:00:10 to 30.00:00:00.")]
    [InlineData("FullInterval", "00:00:59", "Directory:FullInterval is 00:00:59; it can be from 00:01:00 to 30.00:00:00.")]
    [InlineData("FullInterval", "30.00:00:01", "Directory:FullInterval is 30.00:00:01; it can be from 00:01:00 to 30.00:00:00.")]
    [InlineData("SliceTime", "00:00:00.5", "Directory:SliceTime is 00:00:00.5000000; it can be from 00:00:01 to 00:00:30.")]
    [InlineData("SliceTime", "00:00:31", "Directory:SliceTime is 00:00:31; it can be from 00:00:01 to 00:00:30.")]
    [InlineData("LeaseDuration", "00:00:59", "Directory:LeaseDuration is 00:00:59; it can be from 00:01:00 to 00:30:00.")]
    [InlineData("LeaseDuration", "00:30:01", "Directory:LeaseDuration is 00:30:01; it can be from 00:01:00 to 00:30:00.")]
    public void What_is_out_of_bounds_is_said_at_start(string name, string value, string expected) => Assert.Equal([expected], Failures((name, value)));

    [Fact]
    public void Every_mistake_is_said_at_once() => Assert.Equal(3, Failures(("PageSize", "0"), ("SliceTime", "0"), ("LeaseDuration", "0")).Count);

    [Fact]
    public void The_defaults_and_the_bounds_themselves_are_taken()
    {
        Assert.Empty(Failures());
        Assert.Empty(Failures(("PageSize", "1"), ("MissInterval", "00:00:00"), ("ChangesInterval", "00:00:10"), ("FullInterval", "00:01:00"), ("SliceTime", "00:00:01"), ("LeaseDuration", "00:01:00")));
        Assert.Empty(Failures(("PageSize", "1000"), ("MissInterval", "1.00:00:00"), ("ChangesInterval", "30.00:00:00"), ("FullInterval", "30.00:00:00"), ("SliceTime", "00:00:30"), ("LeaseDuration", "00:30:00")));
    }

    private static IReadOnlyList<string> Failures(params (string Name, string Value)[] settings) =>
        TestServices.Failures<DirectoryOptions>("Directory", settings);
}
