using Microsoft.Extensions.Options;
using UserSync.Processing;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>Everything that processes events, over stores in memory, a scripted Truto and, for sources that fetch, a scripted source system. Whoever backs off comes back at once.</summary>
internal sealed class TestProcessing
{
    internal const string Token = "token-1";

    private readonly IOptions<ProcessingOptions> options;

    internal TestProcessing(HttpMessageHandler truto, ISecretStore? secrets = null, Random? random = null, HttpMessageHandler? network = null)
    {
        options = Options.Create(Settings);
        Random = random ?? new TestRandom(0);
        Queue = new MemoryQueue(Time, Steps.None);
        Schedule = new UpdateSchedule(Options.Create(Limits), Time);
        var sender = new UpdateSender(TestTruto.Over(truto, Time), secrets ?? TestSecrets.Of(TrutoTarget.DefaultTokenSecret, Token));
        Updater = new UserUpdater(Ledgers, Outcomes, Schedule, sender, options, Time, Random, UpdaterLog);
        Records = new RecordSupplier(TestFetcher.Over(network ?? TestFetcher.Nowhere, time: Time), options, Time, Random);
        Processor = new ChangeProcessor(Updater, Records, Outcomes, Time, Log);
        Waiting = new WaitingProcessor(Processor, Outcomes, options, Time);
    }

    internal static Attempt First => new(0, Alone: false, Resend: false, DateTimeOffset.MaxValue);

    internal TestTime Time { get; } = new();

    internal ProcessingOptions Settings { get; } = new();

    internal LimitOptions Limits { get; } = new();

    internal Random Random { get; }

    internal MemoryQueue Queue { get; }

    internal MemoryLedgers Ledgers { get; } = new(Steps.None);

    internal MemoryOutcomes Outcomes { get; } = new(Steps.None);

    internal LogCollector<UserUpdater> UpdaterLog { get; } = new();

    internal LogCollector<ChangeProcessor> Log { get; } = new();

    internal UpdateSchedule Schedule { get; }

    internal UserUpdater Updater { get; }

    internal RecordSupplier Records { get; }

    internal ChangeProcessor Processor { get; }

    internal WaitingProcessor Waiting { get; }

    internal MessageProcessor Messages(SourceCatalog sources) => new(sources, Processor, Outcomes, options, Time, Random);

    internal Replayer Replayer(SourceCatalog sources) => new(sources, Outcomes, Records, Ledgers, Queue, Time);
}
