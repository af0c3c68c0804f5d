using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using UserSync.Console.Overview;
using UserSync.Telemetry;

namespace Console.Tests.Overview;

public sealed class RecentActivityTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 30, TimeSpan.Zero));
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => services.Dispose();

    [Fact]
    public async Task Each_minute_of_the_last_hour_counts_what_this_host_measured()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        using var activity = new RecentActivity(meters, time);
        await activity.StartAsync(TestContext.Current.CancellationToken);
        var meter = meters.Create(UserSyncTelemetry.Name);
        var deliveries = meter.CreateCounter<long>("usersync.deliveries");
        var events = meter.CreateCounter<long>("usersync.events");
        var durations = meter.CreateHistogram<double>("usersync.update.duration");
        using var elsewhere = new Meter(UserSyncTelemetry.Name);
        elsewhere.CreateCounter<long>("usersync.deliveries").Add(100, new TagList { { "verdict", "valid" } });

        deliveries.Add(2, new TagList { { "verdict", "valid" } });
        deliveries.Add(1, new TagList { { "verdict", "mismatch" } });
        time.Advance(TimeSpan.FromMinutes(1));
        events.Add(3, new TagList { { "outcome", "applied" } });
        events.Add(1, new TagList { { "outcome", "dead-lettered" } });
        foreach (var seconds in Enumerable.Range(1, 100))
        {
            durations.Record(seconds);
        }

        var minutes = activity.Read();
        Assert.Equal(60, minutes.Count);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 1, 0, TimeSpan.Zero), minutes[^1].At);
        Assert.Equal((2, 1), (minutes[^2].Valid, minutes[^2].Refused));
        Assert.Equal((3, 0, 1), (minutes[^1].Applied, minutes[^1].Skipped, minutes[^1].Failed));
        Assert.Equal((50.0, 95.0), (minutes[^1].Median, minutes[^1].Slow));
        Assert.Equal(2, minutes.Sum(minute => minute.Valid));

        time.Advance(TimeSpan.FromHours(1));
        Assert.All(activity.Read(), minute => Assert.Equal((0, 0, null), (minute.Valid, minute.Applied, minute.Median)));
    }
}
