using Microsoft.Extensions.Time.Testing;
using UserSync.Processing;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class WorkerProgressTests
{
    private readonly FakeTimeProvider time = new(Now.Time);
    private readonly WorkerProgress progress;

    public WorkerProgressTests() => progress = new WorkerProgress(time);

    [Fact]
    public void What_was_done_since_the_start_is_counted()
    {
        progress.Completed();
        progress.Completed();
        progress.PutOff();
        progress.Failed();
        progress.Failed();
        progress.Failed();
        time.Advance(TimeSpan.FromDays(1));

        Assert.Equal((2, 1, 3), (progress.CompletedTotal, progress.PutOffTotal, progress.FailedTotal));
    }

    [Fact]
    public void The_rate_is_that_of_the_last_minute()
    {
        Complete(30);
        Assert.Equal(0.5, progress.CompletedPerSecond);

        time.Advance(TimeSpan.FromSeconds(20));
        Complete(60);
        Assert.Equal(1.5, progress.CompletedPerSecond);

        time.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(1.5, progress.CompletedPerSecond);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, progress.CompletedPerSecond);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, progress.CompletedPerSecond);
    }

    [Fact]
    public void A_minute_in_which_nobody_looked_is_forgotten_too()
    {
        Complete(60);
        time.Advance(TimeSpan.FromHours(5));
        Complete(6);

        Assert.Equal(0.1, progress.CompletedPerSecond);
    }

    private void Complete(int count)
    {
        for (var i = 0; i < count; i++)
        {
            progress.Completed();
        }
    }
}
