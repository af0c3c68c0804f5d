using Microsoft.Extensions.Options;
using UserSync.Endpoints;
using UserSync.Processing;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Tests.Support;

/// <summary>Everything that processes events, over stores in memory and a scripted Truto. Whoever backs off comes back at once.</summary>
internal sealed class TestProcessing
{
    internal const string Token = "token-1";

    private readonly IOptions<ProcessingOptions> options;

    /// <param name="truto">What Truto answers.</param>
    /// <param name="secrets">The secrets; by default the API token.</param>
    /// <param name="random">Chance; by default none.</param>
    /// <param name="steps">What happens around each operation of the stores; by default nothing.</param>
    internal TestProcessing(HttpMessageHandler truto, ISecretStore? secrets = null, Random? random = null, Steps? steps = null)
    {
        options = Options.Create(Settings);
        Ledgers = new MemoryLedgers(steps ?? Steps.None);
        Outcomes = new MemoryOutcomes(steps ?? Steps.None);
        Random = random ?? new TestRandom(0);
        Queue = new MemoryQueue(Time, Steps.None);
        Schedule = new UpdateSchedule(Options.Create(Limits), Time);
        var sender = new UpdateSender(TestTruto.Over(truto, Time), secrets ?? TestSecrets.Of(TrutoTarget.DefaultTokenSecret, Token), Metrics);
        Updater = new UserUpdater(Ledgers, Outcomes, Schedule, sender, options, Time, Random, Metrics, UpdaterLog);
        Processor = new ChangeProcessor(Updater, Outcomes, Time, Metrics, Log);
        Waiting = new WaitingProcessor(Processor, Outcomes, options, Time);
    }

    internal static Attempt First => new(0, Alone: false, Resend: false, DateTimeOffset.MaxValue);

    internal TestTime Time { get; } = new();

    internal ProcessingOptions Settings { get; } = new();

    internal LimitOptions Limits { get; } = new();

    internal UserSyncMetrics Metrics { get; } = new(new TestMeters());

    internal Random Random { get; }

    internal MemoryQueue Queue { get; }

    internal MemoryLedgers Ledgers { get; }

    internal MemoryOutcomes Outcomes { get; }

    internal LogCollector<UserUpdater> UpdaterLog { get; } = new();

    internal LogCollector<ChangeProcessor> Log { get; } = new();

    internal UpdateSchedule Schedule { get; }

    internal UserUpdater Updater { get; }

    internal ChangeProcessor Processor { get; }

    internal WaitingProcessor Waiting { get; }

    internal MessageProcessor Messages(SourceCatalog sources) => new(sources, Processor, Outcomes, options, Time, Random, Metrics);

    internal EventsEndpoint Events(SourceCatalog sources) => new(Outcomes, Replayer(sources));

    internal QueueWorker Worker(SourceCatalog sources, WorkerProgress progress, LogCollector<QueueWorker> log) =>
        new(Queue, Messages(sources), progress, options, Time, log);

    internal Replayer Replayer(SourceCatalog sources) => new(sources, Outcomes, Ledgers, Queue, options, Time);
}
