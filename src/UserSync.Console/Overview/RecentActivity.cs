using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using UserSync.Outcomes;
using UserSync.Telemetry;

namespace UserSync.Console.Overview;

/// <summary>What this process did in the last hour, minute by minute, from the product's own metrics.</summary>
/// <param name="meters">Makes the meters of this host: other hosts in the same process are not listened to.</param>
/// <param name="time">The clock.</param>
public sealed class RecentActivity(IMeterFactory meters, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>How many minutes are kept.</summary>
    public const int Minutes = 60;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly MinuteTally[] ring = [.. Enumerable.Range(0, Minutes).Select(_ => new MinuteTally())];
    private readonly MeterListener listener = new();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == UserSyncTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Count(instrument.Name, (int)count, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Note(instrument.Name, value));
        listener.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    /// <summary>The last hour, the oldest minute first, the one that is running last.</summary>
    public IReadOnlyList<ActivityMinute> Read()
    {
        lock (gate)
        {
            var now = Now();
            return
            [
                .. Enumerable.Range(0, Minutes).Select(index => now - Minutes + 1 + index).Select(minute =>
                {
                    var at = DateTimeOffset.UnixEpoch + (minute * Minute);
                    var tally = ring[minute % Minutes];
                    return tally.Minute == minute ? tally.Read(at) : new ActivityMinute { At = at };
                }),
            ];
        }
    }

    private static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name)
            {
                return value as string;
            }
        }

        return null;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds() / 60;

    private MinuteTally Current()
    {
        var now = Now();
        var tally = ring[now % Minutes];
        if (tally.Minute != now)
        {
            tally.Begin(now);
        }

        return tally;
    }

    private void Count(string instrument, int count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (gate)
        {
            var tally = Current();
            switch (instrument)
            {
                case "usersync.deliveries" when Tag(tags, "verdict") == "valid":
                    tally.Valid += count;
                    break;
                case "usersync.deliveries":
                    tally.Refused += count;
                    break;
                case "usersync.events":
                    Ended(tally, Words.Status(Tag(tags, "outcome")), count);
                    break;
            }
        }
    }

    private static void Ended(MinuteTally tally, OutcomeStatus? status, int count)
    {
        tally.Applied += status == OutcomeStatus.Applied ? count : 0;
        tally.Skipped += status == OutcomeStatus.Skipped ? count : 0;
        tally.Failed += status is OutcomeStatus.Failed or OutcomeStatus.DeadLettered ? count : 0;
    }

    private void Note(string instrument, double value)
    {
        lock (gate)
        {
            var tally = Current();
            switch (instrument)
            {
                case "usersync.update.duration":
                    tally.Took(value);
                    break;
                case "usersync.queue.age":
                    tally.QueueAge = Math.Max(value, tally.QueueAge ?? 0);
                    break;
                case "usersync.rate_limit.wait":
                    tally.Waits++;
                    break;
            }
        }
    }
}
