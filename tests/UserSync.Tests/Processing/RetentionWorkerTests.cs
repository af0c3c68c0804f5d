using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Moq;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class RetentionWorkerTests
{
    private readonly TestTime time = new();
    private readonly LogCollector<RetentionWorker> log = new();
    private readonly LogCollector<Housekeeping> housekeepingLog = new();
    private readonly Mock<IOutcomeStore> outcomes = new();
    private readonly Channel<DateTimeOffset> pruned = Channel.CreateUnbounded<DateTimeOffset>();
    private readonly Queue<Exception?> results = new();

    public RetentionWorkerTests() => outcomes.Setup(store => store.PruneAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>())).Returns((DateTimeOffset before, CancellationToken _) =>
    {
        pruned.Writer.TryWrite(before);
        return results.TryDequeue(out var exception) && exception is not null ? Task.FromException<long>(exception) : Task.FromResult(7L);
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_old_is_forgotten_at_the_start_and_every_hour()
    {
        using var worker = await StartAsync();

        Assert.Equal(Now.Time.AddDays(-30), await pruned.Reader.ReadAsync(Cancellation));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(pruned.Reader.TryRead(out _));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Now.Time.AddDays(-30).AddHours(1), await pruned.Reader.ReadAsync(Cancellation));
        await worker.StopAsync(Cancellation);

        Assert.Equal(["Debug Forgot 7 outcomes.", "Debug Forgot 7 outcomes."], housekeepingLog.Lines);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_store_that_fails_or_takes_too_long_is_tried_again_an_hour_later()
    {
        results.Enqueue(new IOException("no"));
        results.Enqueue(new TaskCanceledException("too slow"));
        using var worker = await StartAsync();

        await pruned.Reader.ReadAsync(Cancellation);
        time.Advance(TimeSpan.FromHours(1));
        await pruned.Reader.ReadAsync(Cancellation);
        time.Advance(TimeSpan.FromHours(1));
        await pruned.Reader.ReadAsync(Cancellation);
        await worker.StopAsync(Cancellation);

        Assert.Equal(["Error The store cannot be tidied up; the next time may do better.", "Error The store cannot be tidied up; the next time may do better."], log.Lines);
        Assert.Equal(["Debug Forgot 7 outcomes."], housekeepingLog.Lines);
    }

    [Fact]
    public async Task Only_what_has_ended_is_forgotten()
    {
        var store = new MemoryOutcomes(Steps.None);
        await store.ReceiveAsync([Received("old", -31), Received("open", -31), Received("new", -29)], Cancellation);
        await store.ConcludeAsync([Ended("old"), Ended("new")], Cancellation);

        await store.PruneAsync(Now.Time.AddDays(-30), Cancellation);

        Assert.Equal(["open", "new"], store.All.Select(outcome => outcome.EventId));

        static Outcome Received(string id, int days) => new()
        {
            Source = "test",
            EventId = id,
            OccurredAt = Now.Time,
            ReceivedAt = Now.Time.AddDays(days),
            Conclusion = new Conclusion("test", id, OutcomeStatus.Received, Now.Time),
        };

        static Conclusion Ended(string id) => new("test", id, OutcomeStatus.Applied, Now.Time);
    }

    private async Task<RetentionWorker> StartAsync()
    {
        outcomes.Setup(store => store.ListAsync(It.IsAny<OutcomeFilter>(), It.IsAny<string?>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(new OutcomePage([], null));
        var processing = new TestProcessing(new Script());
        using var folder = new Folder();
        var sources = SourceCatalog.Load(folder.Path, Jwks.Unused, new ReceivingOptions());
        var housekeeping = new Housekeeping(
            outcomes.Object, sources, processing.Replayer(sources), processing.Queue, Options.Create(new ProcessingOptions()), processing.Metrics, time, housekeepingLog);
        var worker = new RetentionWorker(housekeeping, time, log);
        await worker.StartAsync(Cancellation);
        return worker;
    }
}
