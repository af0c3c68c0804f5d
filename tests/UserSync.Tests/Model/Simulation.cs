using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Truto;
using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;
using UserSync.Tests.Support;

namespace UserSync.Tests.Model;

/// <summary>
/// One schedule: a few workers on a few machines, a few users, a handful of events with duplicates, reorderings, ties and partial
/// fields, a Truto that fails, workers that die and workers that are held up. Afterwards, what has to hold is checked.
/// </summary>
internal sealed class Simulation
{
    private const int MostSteps = 60_000;

    private static readonly string[] FieldNames = ["email", "name", "tier"];

    private readonly Random random;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SourceCatalog sources;
    private readonly Scheduler scheduler;
    private readonly MemoryQueue queue;
    private readonly MemoryLedgers ledgers;
    private readonly MemoryOutcomes outcomes;
    private readonly ModelTruto truto;
    private readonly Breakage breakage;
    private readonly List<ModelEvent> events = [];
    private readonly HashSet<ModelEvent> accepted = [];
    private int senders;

    public Simulation(int seed, SourceCatalog sources, Breakage breakage = Breakage.None, List<string>? trace = null)
    {
        random = new Random(seed);
        this.sources = sources;
        this.breakage = breakage;
        scheduler = new Scheduler(random, time) { Trace = trace, CrashRate = random.Next(3) * 0.01, PauseRate = random.Next(3) * 0.01 };
        queue = new MemoryQueue(time, scheduler);
        ledgers = new MemoryLedgers(scheduler, time)
        {
            KeepsLeasesApart = random.Next(2) == 0,
            IgnoresVersions = breakage == Breakage.NoCompareAndSwap,
            ForgetsLeases = breakage == Breakage.NoLease,
        };
        outcomes = new MemoryOutcomes(scheduler);
        truto = new ModelTruto(scheduler, random, time) { FaultRate = random.Next(3) * 0.15 };
    }

    /// <summary>Runs the schedule.</summary>
    /// <returns>What does not hold; <see langword="null"/> where everything does.</returns>
    public string? Run()
    {
        Invent();
        var machines = random.Next(1, 4);
        for (var machine = 0; machine < machines; machine++)
        {
            scheduler.Start(WorkAsync);
        }

        // Whatever the model injects ends at some time: then everything has to come right.
        var quiet = scheduler.Run(() => senders == 0 && scheduler.Steps > 400 && accepted.Count == events.Count, MostSteps);
        scheduler.CrashRate = 0;
        scheduler.PauseRate = 0;
        truto.FaultRate = 0;
        return quiet && scheduler.Run(() => queue.IsEmpty, MostSteps) ? Check() : "it does not settle";
    }

    /// <summary>Makes events up, and lets each be sent: some twice, some late, some by a receiver that dies after it.</summary>
    private void Invent()
    {
        var users = random.Next(1, 4);
        var count = random.Next(1, 9);
        for (var i = 0; i < count; i++)
        {
            var fields = FieldNames.Where(_ => random.Next(2) == 0).DefaultIfEmpty(FieldNames[random.Next(FieldNames.Length)])
                .ToDictionary(name => name, _ => random.Next(40) == 0 ? ModelTruto.Refused : $"v{random.Next(4)}", StringComparer.Ordinal);

            // Few different times, so that some are equal.
            var occurredAt = time.GetUtcNow() - TimeSpan.FromSeconds(random.Next(4));
            var change = new ModelEvent($"e{i}", $"u{random.Next(users)}", occurredAt, fields);
            events.Add(change);
            for (var copies = random.Next(4) == 0 ? 2 : 1; copies > 0; copies--)
            {
                senders++;
                scheduler.Start(random.Next(3) == 0 ? () => SendAndWaitAsync(change) : () => SendAsync(change));
            }
        }
    }

    /// <summary>A sender goes on until its delivery is acknowledged.</summary>
    private async Task SendAsync(ModelEvent change)
    {
        while (true)
        {
            try
            {
                await scheduler.StepAsync();
                var message = new ChangeMessage
                {
                    Source = "model",
                    Id = change.Id,
                    OccurredAt = breakage == Breakage.ArrivalOrder ? time.GetUtcNow() : change.OccurredAt,
                    ReceivedAt = time.GetUtcNow(),
                    Event = DataOf(change),
                };
                await queue.EnqueueAsync([message], TimeSpan.Zero, CancellationToken.None);
                await outcomes.ReceiveAsync([OutcomeOf(message)], CancellationToken.None);
                accepted.Add(change);
                senders--;
                return;
            }
            catch (CrashException)
            {
                // Not acknowledged: the sender comes again.
            }
        }
    }

    /// <summary>A sender that waits for what becomes of its delivery, and comes again as long as it hears of no end.</summary>
    private async Task SendAndWaitAsync(ModelEvent change)
    {
        while (true)
        {
            try
            {
                await scheduler.StepAsync();
                if (await WaitAsync(change))
                {
                    accepted.Add(change);
                    senders--;
                    return;
                }
            }
            catch (CrashException)
            {
                // Whoever served it has died.
            }

            await PassAsync(TimeSpan.FromSeconds(random.Next(20)), mayCrash: false);
        }
    }

    /// <summary>Serves a sender that waits.</summary>
    /// <returns>Whether it heard of an end; otherwise it is to come again.</returns>
    private async Task<bool> WaitAsync(ModelEvent sent)
    {
        var source = sources.Find("model")!;
        var processor = NewProcessors().Changes;
        var change = source.Events.Change(source.Name, DataOf(sent), kept: null, time.GetUtcNow()) with { Id = sent.Id, OccurredAt = sent.OccurredAt };
        var isNoted = !change.HasOwnTime;
        if (isNoted)
        {
            await outcomes.ReceiveAsync([Outcome.Received(change)], CancellationToken.None);
            change = await processor.AsFirstReceivedAsync(change, CancellationToken.None);
        }

        var attempt = new Attempt(0, Alone: false, Resend: false, DateTimeOffset.MaxValue) { IsNoted = isNoted };
        Failure? reason = null;
        while (attempt.Failed < 3 && random.Next(10) != 0)
        {
            var disposition = await processor.ProcessAsync(source, change, attempt, CancellationToken.None);
            if (disposition.Ending is not null)
            {
                return true;
            }

            attempt = attempt.Next(disposition);
            reason = disposition.Failure ?? reason;
            await PassAsync(disposition.Delay, mayCrash: true);
        }

        await processor.AbandonAsync(source, change, OutcomeStatus.Failed, reason ?? Failure.OutOfTime(), attempt, CancellationToken.None);
        return false;
    }

    private Task PassAsync(TimeSpan delay, bool mayCrash)
    {
        var due = time.GetUtcNow() + delay;
        return scheduler.StepAsync(() => time.GetUtcNow() >= due, mayCrash);
    }

    private static JsonElement DataOf(ModelEvent change) => JsonSerializer.SerializeToElement(new { user = change.User, fields = change.Fields });

    private static Outcome OutcomeOf(ChangeMessage message) => new()
    {
        Source = message.Source,
        EventId = message.Id!,
        OccurredAt = message.OccurredAt!.Value,
        ReceivedAt = message.ReceivedAt!.Value,
        Event = message.Event,
        Conclusion = new Conclusion(message.Source, message.Id!, OutcomeStatus.Received, message.ReceivedAt!.Value),
    };

    /// <summary>A machine: when it dies, it starts again and knows nothing.</summary>
    private async Task WorkAsync()
    {
        while (true)
        {
            try
            {
                var processor = NewProcessors().Messages;
                while (true)
                {
                    foreach (var message in await queue.ReceiveAsync(1, TimeSpan.FromSeconds(75), TimeSpan.Zero, CancellationToken.None))
                    {
                        var step = await processor.ProcessAsync(message.Body, message.HiddenUntil, message.QueuedAt, CancellationToken.None);
                        await (step.Next is null
                            ? queue.CompleteAsync(message, CancellationToken.None)
                            : queue.ReplaceAsync(message, step.Next, step.Delay, CancellationToken.None));
                    }
                }
            }
            catch (CrashException)
            {
                // It starts again.
            }
        }
    }

    private (MessageProcessor Messages, ChangeProcessor Changes) NewProcessors()
    {
        var options = Options.Create(new ProcessingOptions { MaxAttempts = 1000, MaxDelay = TimeSpan.FromSeconds(20) });
        var limits = Options.Create(new LimitOptions { Enabled = random.Next(2) == 0, AccountRequests = 2, AccountWindow = TimeSpan.FromSeconds(3) });
        var client = TrutoClient.Create(new TrutoOptions(), time, new Unowned(truto));
        var metrics = new UserSyncMetrics(new TestMeters());
        var schedule = new UpdateSchedule(limits, time);
        var sender = new UpdateSender(client, Secrets(), time, metrics);
        var updater = new UserUpdater(
            ledgers, outcomes, new UpdateRecorder(ledgers, outcomes), schedule, sender, options, time, random, metrics, NullLogger<UserUpdater>.Instance);
        var records = new RecordSupplier(TestFetcher.Over(TestFetcher.Nowhere, time: time), options, time, random);
        var directories = new MemoryDirectories();
        var reader = new DirectoryReader(
            directories, TestSource.NoCatalog, sender, schedule, Options.Create(new DirectoryOptions()), options, time, NullLogger<DirectoryReader>.Instance);
        var finder = new UserFinder(directories, reader, sender, updater, schedule, options, time, random, NullLogger<UserFinder>.Instance);
        var processor = new ChangeProcessor(updater, records, finder, outcomes, time, metrics, NullLogger<ChangeProcessor>.Instance);
        return (new MessageProcessor(sources, processor, outcomes, options, time, random, metrics), processor);
    }

    private static ISecretStore Secrets()
    {
        var secrets = new Mock<ISecretStore>();
        secrets.Setup(known => known.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(new ValueTask<IReadOnlyList<string>>(["token"]));
        return secrets.Object;
    }

    private string? Check()
    {
        foreach (var change in events)
        {
            var found = outcomes.All.Count(outcome => outcome.EventId == change.Id);
            var conclusion = outcomes.All.First(outcome => outcome.EventId == change.Id).Conclusion;
            if (found != 1 || conclusion.Status == OutcomeStatus.Received)
            {
                return $"event {change.Id} has {found} outcomes, and ended as {conclusion.Status}";
            }

            if (conclusion.Status is OutcomeStatus.Failed or OutcomeStatus.DeadLettered && !change.IsRefused)
            {
                return $"event {change.Id} is good and ended as {conclusion.Status}: {conclusion.Failure?.Cause}";
            }
        }

        // A lease that is kept apart may be left by whoever died between the end of his update and that of his lease.
        if (ledgers.All.FirstOrDefault(entry => entry.Value.Lease is not null || entry.Value.Pending.Any()) is { Value: not null } left)
        {
            return $"user {left.Key.UserId} has a lease or something pending";
        }

        return events.Select(change => change.User).Distinct(StringComparer.Ordinal).SelectMany(user => FieldNames.Select(name => CheckField(user, name)))
            .FirstOrDefault(problem => problem is not null);
    }

    private string? CheckField(string user, string name)
    {
        // An event that was refused says nothing, but for what Truto had taken of it before, with another's update. A refused value of
        // an event that was not had a newer one before it was ever sent.
        var key = name == "tier" ? new FieldName("custom_fields", "tier") : new FieldName(name);
        var taken = ledgers.All.FirstOrDefault(entry => entry.Key.UserId == user).Value?.Fields.GetValueOrDefault(key)?.Acknowledged?.Register.Stamp.EventId;
        var newest = events
            .Where(change => change.User == user && (!HasFailed(change) || change.Id == taken) && change.Fields.GetValueOrDefault(name, ModelTruto.Refused) != ModelTruto.Refused)
            .MaxBy(change => change.Order);
        var expected = newest is null ? null : $"\"{newest.Fields[name]}\"";
        var actual = truto.Users.GetValueOrDefault(user)?.GetValueOrDefault(key.ToString());
        if (newest is null && events.Any(change => change.User == user && HasFailed(change) && $"\"{change.Fields.GetValueOrDefault(name)}\"" == actual))
        {
            // It arrived with an update that got lost, and its event was refused later: nobody knows what stood there before.
            return null;
        }

        return expected == actual ? null : $"user {user}: {name} is {actual ?? "nothing"} instead of {expected ?? "nothing"} (of {newest?.Id})";
    }

    private bool HasFailed(ModelEvent change) =>
        outcomes.All.First(outcome => outcome.EventId == change.Id).Conclusion.Status is OutcomeStatus.Failed or OutcomeStatus.DeadLettered;

    /// <summary>An event as the source knows it.</summary>
    private sealed record ModelEvent(string Id, string User, DateTimeOffset OccurredAt, IReadOnlyDictionary<string, string> Fields)
    {
        public bool IsRefused => Fields.Values.Contains(ModelTruto.Refused, StringComparer.Ordinal);

        public Stamp Order => new(OccurredAt, Id, "model");
    }

    /// <summary>A client may be thrown away with its handler; this Truto outlives them.</summary>
    private sealed class Unowned(HttpMessageHandler inner) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker invoker = new(inner, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => invoker.SendAsync(request, cancellationToken);
    }
}
