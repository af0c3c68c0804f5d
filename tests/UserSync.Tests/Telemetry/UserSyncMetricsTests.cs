using System.Diagnostics.Metrics;
using UserSync.Outcomes;
using UserSync.Telemetry;
using UserSync.Tests.Support;

namespace UserSync.Tests.Telemetry;

public sealed class UserSyncMetricsTests : IDisposable
{
    private readonly TestMeters meters = new();
    private readonly Measurements measured;
    private readonly UserSyncMetrics metrics;

    public UserSyncMetricsTests()
    {
        measured = new Measurements(meters);
        metrics = new UserSyncMetrics(meters);
    }

    public void Dispose()
    {
        measured.Dispose();
        meters.Dispose();
    }

    [Fact]
    public void Every_metric_has_its_name_its_unit_and_a_description() => Assert.Equal(
        [
            "UserSync usersync.deliveries {delivery}: Deliveries, by source and by what checking them came to.",
            "UserSync usersync.events {event}: Change events that ended, by outcome.",
            "UserSync usersync.updates {update}: Updates that were sent to Truto, by provider and result.",
            "UserSync usersync.update.duration s: How long an update took, by provider and result.",
            "UserSync usersync.update.events {event}: How many change events rode in one update.",
            "UserSync usersync.queue.age s: How long ago what the queue holds was received.",
            "UserSync usersync.rate_limit.wait s: How long events were told to wait, by whose limit it is.",
            "UserSync usersync.secret.refreshes {refresh}: Secrets that were asked for again, by secret and result.",
            "UserSync usersync.ledger.conflicts {conflict}: Writes of a ledger for which somebody else was faster.",
        ],
        measured.Instruments.Select(instrument => $"{instrument.Meter.Name} {instrument.Name} {instrument.Unit}: {instrument.Description}"));

    [Fact]
    public void Every_histogram_comes_with_its_buckets()
    {
        Assert.Equal(
            [3, 5, 6],
            measured.Instruments.Index().Where(entry => entry.Item is Histogram<double> { Advice.HistogramBucketBoundaries.Count: > 1 }).Select(entry => entry.Index));
        Assert.Equal([1, 2, 5, 10, 20, 50, 100], Assert.Single(measured.Instruments.OfType<Histogram<int>>()).Advice?.HistogramBucketBoundaries);
    }

    [Fact]
    public void What_is_counted_says_of_what()
    {
        metrics.Delivered("workos", "valid");
        metrics.Updated("pipedrive", "applied", TimeSpan.FromSeconds(1.5));
        metrics.Carried("pipedrive", 3);
        metrics.Waiting(TimeSpan.FromSeconds(2));
        metrics.RateLimited("own", TimeSpan.FromSeconds(4));
        metrics.SecretRefreshed("api-token", "read");
        metrics.LedgerConflict();

        Assert.Equal(
            [
                "usersync.deliveries 1 source=workos verdict=valid",
                "usersync.updates 1 provider=pipedrive result=applied",
                "usersync.update.duration 1.5 provider=pipedrive result=applied",
                "usersync.update.events 3 provider=pipedrive",
                "usersync.queue.age 2",
                "usersync.rate_limit.wait 4 limit=own",
                "usersync.secret.refreshes 1 secret=api-token result=read",
                "usersync.ledger.conflicts 1",
            ],
            measured.Lines);
    }

    [Fact]
    public void An_age_is_never_negative()
    {
        metrics.Waiting(TimeSpan.FromSeconds(-2));

        Assert.Equal("usersync.queue.age 0", Assert.Single(measured.Lines));
    }

    [Fact]
    public void An_event_that_ends_is_counted_with_its_outcome_and_the_reason_for_it()
    {
        metrics.Ended(Of(OutcomeStatus.Applied));
        metrics.Ended(Of(OutcomeStatus.Skipped) with { SkipReason = SkipReason.NoUser });
        metrics.Ended(Of(OutcomeStatus.Failed) with { Failure = Failure.GivenUp() });

        Assert.Equal(
            ["usersync.events 1 outcome=applied", "usersync.events 1 outcome=skipped reason=no-user", "usersync.events 1 outcome=failed reason=given-up"],
            measured.Lines);
    }

    private static Conclusion Of(OutcomeStatus status) => new("workos", "e1", status, Now.Time);
}
