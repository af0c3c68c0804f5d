using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using UserSync.Outcomes;
using UserSync.Receiving.Verification;

namespace UserSync.Telemetry;

/// <summary>
/// The metrics of the product. Tags take few values: names of configured sources and secrets, providers, and words of ours; never a
/// value that comes with a delivery or a message.
/// </summary>
public sealed class UserSyncMetrics
{
    private const string Prefix = "usersync.";

    private static readonly string[] VerdictWords =
        [.. Enum.GetValues<Verdict>().Select(verdict => JsonNamingPolicy.KebabCaseLower.ConvertName(verdict.ToString()))];

    private static readonly double[] UpdateSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly double[] WaitSeconds = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];
    private static readonly double[] AgeSeconds = [1, 5, 15, 60, 300, 900, 1800, 3600, 21600, 86400];
    private static readonly int[] Riders = [1, 2, 5, 10, 20, 50, 100];

    private readonly Counter<long> deliveries;
    private readonly Counter<long> events;
    private readonly Counter<long> updates;
    private readonly Histogram<double> updateDuration;
    private readonly Histogram<int> updateEvents;
    private readonly Histogram<double> queueAge;
    private readonly Histogram<double> rateLimitWaits;
    private readonly Counter<long> secretRefreshes;
    private readonly Counter<long> ledgerConflicts;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes the meter.</param>
    public UserSyncMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(UserSyncTelemetry.Name);
        deliveries = Count("deliveries", "{delivery}", "Deliveries, by source and by what checking them came to.");
        events = Count("events", "{event}", "Change events that ended, by outcome.");
        updates = Count("updates", "{update}", "Updates that were sent to Truto, by provider and result.");
        updateDuration = Measure("update.duration", "s", "How long an update took, by provider and result.", UpdateSeconds);
        updateEvents = Measure("update.events", "{event}", "How many change events rode in one update.", Riders);
        queueAge = Measure("queue.age", "s", "How long ago what the queue holds was received.", AgeSeconds);
        rateLimitWaits = Measure("rate_limit.wait", "s", "How long events were told to wait, by whose limit it is.", WaitSeconds);
        secretRefreshes = Count("secret.refreshes", "{refresh}", "Secrets that were asked for again, by secret and result.");
        ledgerConflicts = Count("ledger.conflicts", "{conflict}", "Writes of a ledger for which somebody else was faster.");

        Counter<long> Count(string name, string unit, string description) => meter.CreateCounter<long>(Prefix + name, unit, description);

        Histogram<T> Measure<T>(string name, string unit, string description, T[] bounds)
            where T : struct => meter.CreateHistogram(
                Prefix + name, unit, description, tags: null, new InstrumentAdvice<T> { HistogramBucketBoundaries = bounds });
    }

    /// <summary>Counts a secret that was asked for again.</summary>
    /// <param name="secret">The secret's name.</param>
    /// <param name="result">
    /// What came of it, as a word: <c>read</c>, <c>failed</c>, or <c>refused</c> where whom its value is meant for did not take it.
    /// </param>
    public void SecretRefreshed(string secret, string result) =>
        secretRefreshes.Add(1, new TagList { { "secret", secret }, { "result", result } });

    /// <summary>A verdict as a word: <c>valid</c>, <c>missing-credential</c>, …</summary>
    internal static string Word(Verdict verdict) => VerdictWords[(int)verdict];

    internal void Delivered(string source, string verdict)
    {
        if (deliveries.Enabled)
        {
            deliveries.Add(1, new TagList { { "source", source }, { "verdict", verdict } });
        }
    }

    internal void Ended(Conclusion conclusion)
    {
        if (!events.Enabled)
        {
            return;
        }

        var tags = new TagList { { "outcome", Words.Of(conclusion.Status) } };
        if ((conclusion.SkipReason is { } skipped ? Words.Of(skipped) : conclusion.Failure?.Cause) is { } reason)
        {
            tags.Add("reason", reason);
        }

        events.Add(1, tags);
    }

    internal void Updated(string provider, string result, TimeSpan duration)
    {
        if (!updates.Enabled && !updateDuration.Enabled)
        {
            return;
        }

        var tags = new TagList { { "provider", provider }, { "result", result } };
        updates.Add(1, tags);
        updateDuration.Record(duration.TotalSeconds, tags);
    }

    internal void Carried(string provider, int count)
    {
        if (updateEvents.Enabled)
        {
            updateEvents.Record(count, new TagList { { "provider", provider } });
        }
    }

    internal void Waiting(TimeSpan age) => queueAge.Record(Math.Max(0, age.TotalSeconds));

    internal void RateLimited(string limit, TimeSpan delay) =>
        rateLimitWaits.Record(delay.TotalSeconds, new TagList { { "limit", limit } });

    internal void LedgerConflict() => ledgerConflicts.Add(1);
}
