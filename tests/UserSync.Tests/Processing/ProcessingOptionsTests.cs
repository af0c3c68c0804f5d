using UserSync.Processing;

namespace UserSync.Tests.Processing;

public sealed class ProcessingOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        Assert.True(new ProcessingOptionsValidator().Validate(null, new ProcessingOptions()).Succeeded);
        Assert.True(new LimitOptionsValidator().Validate(null, new LimitOptions()).Succeeded);
    }

    [Fact]
    public void Everything_that_is_wrong_with_processing_is_reported_at_once()
    {
        var options = new ProcessingOptions
        {
            WaitTimeout = TimeSpan.Zero,
            UpdateTimeout = TimeSpan.FromHours(1),
            LeaseDuration = TimeSpan.FromSeconds(1),
            FirstDelay = TimeSpan.FromMilliseconds(9),
            MaxDelay = TimeSpan.FromDays(2),
            StopTimeout = TimeSpan.FromTicks(-1),
            Retention = TimeSpan.FromMinutes(59),
            MaxAttempts = 0,
            WaitAttempts = 0,
            Workers = 1001,
        };

        Assert.Equal(
            [
                "Processing:WaitTimeout is 00:00:00; it can be from 00:00:01 to 00:15:00.",
                "Processing:UpdateTimeout is 01:00:00; it can be from 00:00:01 to 00:05:00.",
                "Processing:LeaseDuration is 00:00:01; it can be from 00:00:02 to 00:10:00.",
                "Processing:FirstDelay is 00:00:00.0090000; it can be from 00:00:00.0100000 to 01:00:00.",
                "Processing:MaxDelay is 2.00:00:00; it can be from 00:00:00.0100000 to 1.00:00:00.",
                "Processing:StopTimeout is -00:00:00.0000001; it can be from 00:00:00 to 00:05:00.",
                "Processing:Retention is 00:59:00; it can be from 01:00:00 to 3650.00:00:00.",
                "Processing:MaxAttempts can be from 1 to 100.",
                "Processing:WaitAttempts can be from 1 to 10.",
                "Processing:Workers can be from 0 to 1000.",
                "Processing:LeaseDuration must be longer than UpdateTimeout.",
            ],
            new ProcessingOptionsValidator().Validate(null, options).Failures!);
    }

    [Theory]
    [InlineData("00:00:01", true)]
    [InlineData("00:15:00", true)]
    [InlineData("00:00:00.999", false)]
    [InlineData("00:15:00.001", false)]
    public void A_sender_waits_for_a_second_to_a_quarter_of_an_hour(string timeout, bool isValid)
    {
        var result = new ProcessingOptionsValidator().Validate(null, new ProcessingOptions { WaitTimeout = TimeSpan.Parse(timeout) });

        Assert.Equal(isValid, result.Succeeded);
        Assert.Equal(isValid ? null : $"Processing:WaitTimeout is {TimeSpan.Parse(timeout)}; it can be from 00:00:01 to 00:15:00.", result.FailureMessage);
    }

    [Theory]
    [InlineData("00:00:30", "00:00:30", false)]
    [InlineData("00:00:30", "00:00:30.0000001", true)]
    public void A_lease_is_longer_than_an_update_may_take(string update, string lease, bool isValid) => Assert.Equal(
        isValid,
        new ProcessingOptionsValidator().Validate(null, new ProcessingOptions { UpdateTimeout = TimeSpan.Parse(update), LeaseDuration = TimeSpan.Parse(lease) }).Succeeded);

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(100, 1000, true)]
    [InlineData(101, 1, false)]
    [InlineData(1, 0, true)]
    [InlineData(1, -1, false)]
    public void Attempts_and_workers_are_bounded(int attempts, int workers, bool isValid) =>
        Assert.Equal(isValid, new ProcessingOptionsValidator().Validate(null, new ProcessingOptions { MaxAttempts = attempts, Workers = workers }).Succeeded);

    [Fact]
    public void Everything_that_is_wrong_with_limits_is_reported_at_once()
    {
        var options = new LimitOptions { AccountRequests = 0, AccountWindow = TimeSpan.Zero, TokenRequests = 100_001, TokenWindow = TimeSpan.FromMinutes(61) };

        Assert.Equal(
            [
                "Limits:AccountRequests is 0; it can be from 1 to 100000.",
                "Limits:AccountWindow is 00:00:00; it can be up to 01:00:00.",
                "Limits:TokenRequests is 100001; it can be from 1 to 100000.",
                "Limits:TokenWindow is 01:01:00; it can be up to 01:00:00.",
            ],
            new LimitOptionsValidator().Validate(null, options).Failures!);
    }

    [Theory]
    [InlineData(1, "00:00:00.0000001")]
    [InlineData(100_000, "01:00:00")]
    public void A_limit_at_its_bounds_is_valid(int requests, string window) => Assert.True(
        new LimitOptionsValidator().Validate(null, new LimitOptions { AccountRequests = requests, AccountWindow = TimeSpan.Parse(window) }).Succeeded);
}
