using System.Diagnostics.Metrics;
using Functions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Moq;
using Truto.Sandbox;
using UserSync.Ledger;
using UserSync.Sources;
using UserSync.Telemetry;

namespace Functions.Tests.Telemetry;

public sealed class MetricTests
{
    private const string Event = """{ "id": "evt-1", "user": "42", "email": "ada@example.com", "name": "Ada" }""";

    [Fact]
    public async Task Deliveries_are_counted_by_source_and_verdict()
    {
        await using var world = await World.StartWithAsync("Receiving:MaxBodyBytes", "2000");
        using var deliveries = Collect<long>(world, "usersync.deliveries");

        await world.DeliverAsync("queue", Event);
        await world.DeliverAsync("queue", "no JSON");
        await world.DeliverAsync("wait", Event, token: "wrong");
        await world.DeliverAsync("wait", Event, token: null);
        await world.DeliverAsync("queue", new string(' ', 2001));

        Assert.Equal(
            [
                "source=queue verdict=valid",
                "source=queue verdict=valid",
                "source=wait verdict=mismatch",
                "source=wait verdict=missing-credential",
                "source=queue verdict=too-large",
            ],
            deliveries.GetMeasurementSnapshot().Select(Tags));
    }

    [Fact]
    public async Task What_anybody_can_make_up_is_no_tag()
    {
        await using var world = await World.StartAsync();
        using var deliveries = Collect<long>(world, "usersync.deliveries");
        using var events = Collect<long>(world, "usersync.events");

        await world.DeliverAsync("made-up", Event);
        await world.ProcessAsync("""{ "source": "made-up", "event": {}, "attempt": 99 }""");

        Assert.Empty(deliveries.GetMeasurementSnapshot());
        Assert.Equal(["outcome=dead-lettered reason=no-source"], events.GetMeasurementSnapshot().Select(Tags));
    }

    [Fact]
    public async Task Events_are_counted_by_outcome_and_reason()
    {
        await using var world = await World.StartAsync();
        using var events = Collect<long>(world, "usersync.events");

        await world.DeliverAsync("wait", Event);
        await world.DeliverAsync("wait", Event.Replace("evt-1", "evt-2", StringComparison.Ordinal));
        await world.DeliverAsync("wait", """{ "id": "evt-3", "email": "ada@example.com" }""");
        await world.ProcessAsync("no JSON");

        Assert.Equal(
            [
                "outcome=applied",
                "outcome=skipped reason=unchanged",
                "outcome=failed reason=mapping-failed",
                "outcome=dead-lettered reason=malformed",
            ],
            events.GetMeasurementSnapshot().Select(Tags));
    }

    [Fact]
    public async Task Updates_are_counted_and_timed_by_provider_and_result()
    {
        await using var world = await World.StartAsync();
        using var updates = Collect<long>(world, "usersync.updates");
        using var durations = Collect<double>(world, "usersync.update.duration");
        world.Truto.Faults.Next(SandboxFault.BadGateway);
        await world.DeliverAsync("queue", Event);

        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));

        string[] expected = ["provider=pipedrive result=no-answer", "provider=pipedrive result=applied"];
        Assert.Equal(expected, updates.GetMeasurementSnapshot().Select(Tags));
        Assert.Equal(expected, durations.GetMeasurementSnapshot().Select(Tags));
        Assert.Equal("s", durations.Instrument!.Unit);
    }

    [Fact]
    public async Task Events_that_ride_in_one_update_are_counted_together()
    {
        await using var world = await World.StartAsync();
        using var carried = Collect<int>(world, "usersync.update.events");
        world.Truto.Faults.Next(SandboxFault.TrutoRateLimit);
        await world.DeliverAsync(
            "queue", """[{ "id": "evt-1", "user": "42", "email": "ada@example.com" }, { "id": "evt-2", "user": "42", "name": "Ada" }]""");
        foreach (var message in await world.TakeAsync())
        {
            await world.ProcessAsync(message);
        }

        world.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var message in await world.TakeAsync())
        {
            await world.ProcessAsync(message);
        }

        Assert.Equal(
            [("provider=pipedrive", 2)], carried.GetMeasurementSnapshot().Select(measurement => (Tags(measurement), measurement.Value)));
    }

    [Fact]
    public async Task The_age_of_what_is_taken_from_the_queue_is_measured()
    {
        await using var world = await World.StartAsync();
        using var ages = Collect<double>(world, "usersync.queue.age");
        await world.DeliverAsync("queue", Event);
        world.Time.Advance(TimeSpan.FromSeconds(90));

        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));

        Assert.Equal([90], ages.GetMeasurementSnapshot().Select(measurement => measurement.Value));
    }

    [Fact]
    public async Task Waiting_for_a_rate_limit_is_measured_and_whose_it_is()
    {
        await using var world = await World.StartWithAsync("Limits:AccountRequests", "1");
        using var waits = Collect<double>(world, "usersync.rate_limit.wait");
        world.Truto.Faults.Next(SandboxFault.TrutoRateLimit);
        world.Truto.PutUser(World.Account, new SandboxUser("43") { Email = "other@example.com", Name = "Other" });

        await world.ProcessAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }""");
        await world.ProcessAsync(
            """{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": { "id": "evt-2", "user": "43", "name": "Ben" } }""");

        Assert.Equal(
            ["limit=remote 10", "limit=own 10"],
            waits.GetMeasurementSnapshot().Select(measurement => $"{Tags(measurement)} {measurement.Value}"));
    }

    [Fact]
    public async Task A_token_that_Truto_refuses_is_a_secret_that_is_asked_for_again()
    {
        await using var world = await World.StartWithAsync($"Secrets:{TrutoTarget.DefaultTokenSecret}", "revoked");
        using var refreshes = Collect<long>(world, "usersync.secret.refreshes");

        await world.ProcessAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }""");

        Assert.Equal(["result=refused secret=truto-api-token"], refreshes.GetMeasurementSnapshot().Select(Tags));
    }

    [Fact]
    public async Task A_write_of_a_ledger_for_which_another_was_faster_is_a_conflict()
    {
        var faster = new Mock<ILedgerStore>(MockBehavior.Strict);
        faster.Setup(store => store.ReadAsync(It.IsAny<UserKey>(), It.IsAny<CancellationToken>())).ReturnsAsync(LedgerRow.None);
        faster.Setup(store => store.ReadToUpdateAsync(It.IsAny<UserKey>(), It.IsAny<Lease>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(LedgerRow.None);
        faster.Setup(store => store.Release(It.IsAny<UserKey>(), It.IsAny<Lease>()));
        faster.SetupSequence(
            store => store.TryWriteAsync(It.IsAny<UserKey>(), It.IsAny<UserLedger>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string?)null)
            .ReturnsAsync("1")
            .ReturnsAsync((string?)null)
            .ReturnsAsync("3");
        await using var world = await World.StartAsync(services => services.AddSingleton(faster.Object));
        using var conflicts = Collect<long>(world, "usersync.ledger.conflicts");
        world.Truto.Faults.Next(SandboxFault.BadGateway);

        await world.ProcessAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }""");

        Assert.NotEmpty(conflicts.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task The_docs_list_every_metric_with_its_tags()
    {
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        await using var world = await World.StartWithAsync("Limits:AccountRequests", "1");
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == UserSyncTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, world.Get<IMeterFactory>()))
                {
                    found[instrument.Name] = [];
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        world.Get<UserSyncMetrics>().SecretRefreshed("truto-api-token", "read");

        await world.DeliverAsync("queue", Event);
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        await world.DeliverAsync("queue", """{ "id": "evt-2", "user": "42", "name": "Eve" }""");
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        await world.ProcessAsync("no JSON");

        var docs = Shipped.DocsTable("Telemetry").ToDictionary(row => row[0], row => row[3].Split(':')[0], StringComparer.Ordinal);
        Assert.Equal(found.Keys, docs.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            found,
            metric => Assert.Equal(
                metric.Value, docs[metric.Key].Split(", ", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                found[instrument.Name].Add(tag.Key);
            }
        }
    }

    private static MetricCollector<T> Collect<T>(World world, string name)
        where T : struct
    {
        // The instruments are there before anything asks for them.
        _ = world.Get<UserSyncMetrics>();
        return new MetricCollector<T>(world.Get<IMeterFactory>(), UserSyncTelemetry.Name, name);
    }

    private static string Tags<T>(CollectedMeasurement<T> measurement)
        where T : struct => string.Join(
            ' ', measurement.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
}
