using UserSync.Processing;

namespace UserSync.Tests.Processing;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(8, 256)]
    [InlineData(9, 300)]
    [InlineData(100, 300)]
    [InlineData(int.MaxValue, 300)]
    public void The_longest_wait_doubles_up_to_the_longest_at_all(int attempt, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(attempt, First, Most, 1));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 2)]
    [InlineData(0.5, 4)]
    [InlineData(7, 8)]
    [InlineData(-1, 0)]
    public void Any_wait_up_to_it_is_as_likely(double random, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(3, First, Most, random));

    [Fact]
    public void There_is_no_wait_before_an_attempt_has_failed() => Assert.Throws<ArgumentOutOfRangeException>(() => Backoff.Delay(0, First, Most, 1));
}
