using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using UserSync.Directories;
using UserSync.Endpoints;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Tests.Support;

/// <summary>Everything that processes events, over stores in memory, a scripted Truto and, for sources that fetch, a scripted source system. Whoever backs off comes back at once.</summary>
internal sealed class TestProcessing
{
    internal const string Token = "token-1";

    private readonly IOptions<ProcessingOptions> options;

    /// <param name="truto">What Truto answers.</param>
    /// <param name="secrets">The secrets; by default the API token.</param>
    /// <param name="random">Chance; by default none.</param>
    /// <param name="steps">What happens around each operation of the stores; by default nothing.</param>
    /// <param name="network">What the source system answers; by default there is none.</param>
    /// <param name="directories">The directories; by default empty ones in memory.</param>
    /// <param name="time">The clock; by default one of its own.</param>
    /// <param name="sources">The sources whose directories are kept fresh; by default none.</param>
    /// <param name="keepsLeasesApart">Whether leases are kept apart from the ledgers.</param>
    internal TestProcessing(
        HttpMessageHandler truto,
        ISecretStore? secrets = null,
        Random? random = null,
        Steps? steps = null,
        HttpMessageHandler? network = null,
        IDirectoryStore? directories = null,
        TestTime? time = null,
        SourceCatalog? sources = null,
        bool keepsLeasesApart = false)
    {
        Time = time ?? new TestTime();
        options = Options.Create(Settings);
        Metrics = new UserSyncMetrics(Meters);
        Ledgers = new MemoryLedgers(steps ?? Steps.None, Time) { KeepsLeasesApart = keepsLeasesApart };
        Outcomes = new MemoryOutcomes(steps ?? Steps.None);
        Random = random ?? new TestRandom(0);
        Queue = new MemoryQueue(Time, Steps.None);
        Schedule = new UpdateSchedule(Options.Create(Limits), Time);
        var sender = new UpdateSender(TestTruto.Over(truto, Time), secrets ?? TestSecrets.Of(TrutoTarget.DefaultTokenSecret, Token), Time, Metrics);
        Updater = new UserUpdater(Ledgers, Outcomes, new UpdateRecorder(Ledgers, Outcomes), Schedule, sender, options, Time, Random, Metrics, UpdaterLog);
        Records = new RecordSupplier(TestFetcher.Over(network ?? TestFetcher.Nowhere, time: Time), options, Time, Random);
        Directories = directories ?? new MemoryDirectories();
        Reader = new DirectoryReader(
            Directories, sources ?? TestSource.NoCatalog, sender, Schedule, Options.Create(Directory), options, Time, DirectoryLog);
        Finder = new UserFinder(Directories, Reader, sender, Updater, Schedule, options, Time, Random, NullLogger<UserFinder>.Instance);
        Processor = new ChangeProcessor(Updater, Records, Finder, Outcomes, Time, Metrics, Log);
        Waiting = new WaitingProcessor(Processor, Outcomes, Schedule, options, Time);
    }

    internal static Attempt First => new(0, Alone: false, Resend: false, DateTimeOffset.MaxValue);

    internal TestTime Time { get; }

    internal ProcessingOptions Settings { get; } = new();

    internal LimitOptions Limits { get; } = new();

    internal TestMeters Meters { get; } = new();

    internal UserSyncMetrics Metrics { get; }

    internal Random Random { get; }

    internal MemoryQueue Queue { get; }

    internal MemoryLedgers Ledgers { get; }

    internal MemoryOutcomes Outcomes { get; }

    internal LogCollector<UserUpdater> UpdaterLog { get; } = new();

    internal LogCollector<ChangeProcessor> Log { get; } = new();

    internal LogCollector<DirectoryReader> DirectoryLog { get; } = new();

    internal UpdateSchedule Schedule { get; }

    internal UserUpdater Updater { get; }

    internal RecordSupplier Records { get; }

    internal DirectoryOptions Directory { get; } = new();

    internal IDirectoryStore Directories { get; }

    internal DirectoryReader Reader { get; }

    internal UserFinder Finder { get; }

    internal ChangeProcessor Processor { get; }

    internal WaitingProcessor Waiting { get; }

    internal MessageProcessor Messages(SourceCatalog sources) => new(sources, Processor, Outcomes, options, Time, Random, Metrics);

    internal EventsEndpoint Events(SourceCatalog sources) => new(Outcomes, Replayer(sources));

    internal QueueWorker Worker(SourceCatalog sources, WorkerProgress progress, LogCollector<QueueWorker> log, IChangeQueue? queue = null) =>
        new(queue ?? Queue, Messages(sources), progress, options, Time, log);

    internal Replayer Replayer(SourceCatalog sources) => new(sources, Outcomes, Records, Finder, Ledgers, Queue, options, Time);
}
