using System.Threading.Channels;
using Moq;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class QueueWorkerTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly LogCollector<QueueWorker> log = new();

    /// <summary>Counts the updates that have begun.</summary>
    private readonly SemaphoreSlim begun = new(0);

    /// <summary>Holds the updates that have begun.</summary>
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TestProcessing processing;
    private readonly WorkerProgress progress;
    private readonly SourceCatalog sources;

    public QueueWorkerTests()
    {
        processing = new TestProcessing(new Script(HeldAsync));
        processing.Settings.Workers = 3;
        progress = new WorkerProgress(processing.Time);
        sources = folder.With("test.json", TestSource.With("""{ "id": "id", "time": "at" }""")).Load();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        folder.Dispose();
        begun.Dispose();
    }

    [Fact]
    public async Task Everything_on_the_queue_is_processed_and_taken_off_it()
    {
        gate.SetResult();
        Put(20);
        using var worker = await StartAsync();

        await processing.Queue.WhenAsync(queue => queue.IsEmpty);
        Put(20, first: 20);
        await processing.Queue.WhenAsync(queue => queue.IsEmpty);
        await worker.StopAsync(Cancellation);

        Assert.Equal(40, processing.Outcomes.All.Count(outcome => outcome.Conclusion.Status == OutcomeStatus.Applied));
        Assert.Equal((40, 0, 0), (progress.CompletedTotal, progress.PutOffTotal, progress.FailedTotal));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task No_more_are_taken_at_a_time_than_there_are_workers()
    {
        Put(10);
        using var worker = await StartAsync();
        await BeginAsync(3);

        Assert.Equal(3, processing.Queue.Taken);

        gate.SetResult();
        await processing.Queue.WhenAsync(queue => queue.IsEmpty);
        await worker.StopAsync(Cancellation);
        Assert.Equal(10, processing.Queue.Taken);
    }

    [Fact]
    public async Task Stopped_it_takes_nothing_more_and_finishes_what_it_holds()
    {
        Put(5);
        using var worker = await StartAsync();
        await BeginAsync(3);

        var stopping = worker.StopAsync(Cancellation);
        gate.SetResult();
        await stopping;

        Assert.Equal(3, processing.Queue.Taken);
        Assert.Equal(2, processing.Queue.Messages.Count);
        Assert.Equal((3, 3), (progress.CompletedTotal, processing.Outcomes.All.Count(outcome => outcome.Conclusion.Status == OutcomeStatus.Applied)));
    }

    [Fact]
    public async Task What_is_not_finished_in_time_is_handed_back()
    {
        Put(2);
        using var worker = await StartAsync();
        await BeginAsync(2);
        processing.Time.PassesOver.Add(processing.Settings.StopTimeout);

        await worker.StopAsync(Cancellation);

        Assert.Equal(2, processing.Queue.Messages.Count);
        Assert.All(processing.Queue.VisibleAt, time => Assert.Equal(Now.Time.AddSeconds(20), time));
        Assert.Equal((0, 0, 0), (progress.CompletedTotal, progress.PutOffTotal, progress.FailedTotal));
        Assert.All(processing.Outcomes.All, outcome => Assert.Equal(OutcomeStatus.Received, outcome.Conclusion.Status));
    }

    [Fact]
    public async Task A_worker_that_has_nothing_to_do_stops_at_once()
    {
        using var worker = await StartAsync();

        await worker.StopAsync(Cancellation);

        Assert.Equal(Now.Time, processing.Time.GetUtcNow());
    }

    [Fact]
    public async Task What_failed_is_put_off()
    {
        var failing = new TestProcessing(new Script(Script.Answer(500, "{}")), random: new TestRandom(1));
        failing.Queue.Put("""{ "source": "test", "event": { "id": "e1", "at": "2025-12-31T12:00:00Z", "user": "42", "email": "a" } }"""u8.ToArray());
        using var worker = failing.Worker(sources, progress, log);
        await worker.StartAsync(Cancellation);

        await failing.Queue.WhenAsync(queue => queue.Messages is [{ Attempt: 1 }]);
        await worker.StopAsync(Cancellation);

        Assert.Equal([Now.Time.AddSeconds(2)], failing.Queue.VisibleAt);
        Assert.Equal((0, 1, 0), (progress.CompletedTotal, progress.PutOffTotal, progress.FailedTotal));
    }

    [Fact]
    public async Task A_message_is_hidden_for_longer_than_an_attempt_takes()
    {
        Put(1);
        using var worker = await StartAsync();
        await BeginAsync(1);

        Assert.Equal([Now.Time.AddSeconds(75)], processing.Queue.VisibleAt);

        gate.SetResult();
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_message_over_which_something_breaks_here_stays_and_does_not_hold_back_the_others()
    {
        var hits = 0;
        var step = new FirstStep { When = () => Interlocked.Increment(ref hits) == 1, Do = () => throw new InvalidOperationException("The store is broken.") };
        var broken = new TestProcessing(new Script(HeldAsync), steps: step);
        broken.Settings.Workers = 1;
        gate.SetResult();
        broken.Queue.Put(Message(1));
        broken.Queue.Put(Message(2));
        using var worker = broken.Worker(sources, progress, log);
        await worker.StartAsync(Cancellation);

        await broken.Queue.WhenAsync(queue => queue.Messages.Count == 1);
        await worker.StopAsync(Cancellation);

        Assert.Equal((1, 0, 1), (progress.CompletedTotal, progress.PutOffTotal, progress.FailedTotal));
        Assert.Equal([Now.Time.AddSeconds(75)], broken.Queue.VisibleAt);
        Assert.Equal(["Error A message could not be processed (taken 1 times); it comes back."], log.Lines);
    }

    [Fact]
    public async Task A_queue_that_is_out_of_reach_is_tried_again()
    {
        var queue = new Mock<IChangeQueue>();
        var back = new TaskCompletionSource();
        queue.SetupSequence(known => known.ReceiveAsync(3, TimeSpan.FromSeconds(75), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("no"))
            .ThrowsAsync(new TaskCanceledException("too slow"))
            .Returns(() =>
            {
                back.SetResult();
                return new TaskCompletionSource<IReadOnlyList<QueuedMessage>>().Task;
            });
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(2));
        using var worker = processing.Worker(sources, progress, log, queue.Object);
        await worker.StartAsync(Cancellation);

        await back.Task.WaitAsync(Cancellation);

        Assert.Equal(["Error Messages cannot be taken from the queue.", "Error Messages cannot be taken from the queue."], log.Lines);
        Assert.Equal(Now.Time.AddSeconds(4), processing.Time.GetUtcNow());
    }

    [Fact]
    public async Task The_next_is_begun_while_a_message_is_taken_off_the_queue_but_no_more_leave_at_a_time_than_there_are_workers()
    {
        gate.SetResult();
        processing.Settings.Workers = 1;
        var taken = 0;
        var leaving = Channel.CreateUnbounded<TaskCompletionSource>();
        var queue = new Mock<IChangeQueue>();
        queue.Setup(known => known.ReceiveAsync(1, It.IsAny<TimeSpan>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Returns(async (int _, TimeSpan _, TimeSpan _, CancellationToken stopping) =>
            {
                if (taken == 3)
                {
                    await Task.Delay(Timeout.Infinite, stopping);
                }

                taken++;
                return [new QueuedMessage($"{taken}", Message(taken), 1, DateTimeOffset.MaxValue)];
            });
        queue.Setup(known => known.CompleteAsync(It.IsAny<QueuedMessage>(), It.IsAny<CancellationToken>())).Returns(() =>
        {
            var left = new TaskCompletionSource();
            leaving.Writer.TryWrite(left);
            return left.Task;
        });
        using var worker = processing.Worker(sources, progress, log, queue.Object);
        await worker.StartAsync(Cancellation);
        var first = await leaving.Reader.ReadAsync(Cancellation);
        await BeginAsync(2);

        // What must not happen would happen at once.
        await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        Assert.False(leaving.Reader.TryRead(out _));
        Assert.Equal(2, taken);

        first.SetResult();
        var second = await leaving.Reader.ReadAsync(Cancellation);
        await BeginAsync(1);
        var stopping = worker.StopAsync(Cancellation);
        second.SetResult();
        var third = await leaving.Reader.ReadAsync(Cancellation);
        Assert.False(stopping.IsCompleted);
        third.SetResult();
        await stopping;
        Assert.Equal((3, 0, 0), (progress.CompletedTotal, progress.PutOffTotal, progress.FailedTotal));
    }

    [Theory]
    [InlineData(30, OutcomeStatus.Applied)]
    [InlineData(31, OutcomeStatus.DeadLettered)]
    public async Task A_message_that_was_taken_too_often_is_dead_lettered(int taken, OutcomeStatus end)
    {
        gate.SetResult();
        var queuedAt = processing.Time.GetUtcNow().AddMinutes(-7);
        var message = new QueuedMessage("1", Message(1), taken, processing.Time.GetUtcNow().AddMinutes(1)) { QueuedAt = queuedAt };
        var completed = new TaskCompletionSource();
        var queue = new Mock<IChangeQueue>();
        queue.SetupSequence(known => known.ReceiveAsync(It.IsAny<int>(), It.IsAny<TimeSpan>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([message])
            .Returns(new TaskCompletionSource<IReadOnlyList<QueuedMessage>>().Task);
        queue.Setup(known => known.CompleteAsync(message, It.IsAny<CancellationToken>())).Callback(completed.SetResult).Returns(Task.CompletedTask);
        using var worker = processing.Worker(sources, progress, log, queue.Object);

        await worker.StartAsync(Cancellation);
        await completed.Task.WaitAsync(Cancellation);

        Assert.Equal(queuedAt, processing.Outcomes.Only.ReceivedAt);
        var conclusion = processing.Outcomes.Only.Conclusion;
        Assert.Equal((end, end == OutcomeStatus.Applied ? null : "given-up"), (conclusion.Status, conclusion.Failure?.Cause));
    }

    private static byte[] Message(int number) => System.Text.Encoding.UTF8.GetBytes(
        $$"""{ "source": "test", "event": { "id": "e{{number}}", "at": "2025-12-31T12:00:00Z", "user": "{{number}}", "email": "a" } }""");

    private async Task<HttpResponseMessage> HeldAsync(HttpRequestMessage request)
    {
        begun.Release();
        await gate.Task;
        return await Script.Answer(200, "{}")(request);
    }

    private void Put(int count, int first = 0)
    {
        foreach (var number in Enumerable.Range(first, count))
        {
            processing.Queue.Put(Message(number));
        }
    }

    private async Task BeginAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await begun.WaitAsync(Cancellation);
        }
    }

    private async Task<QueueWorker> StartAsync()
    {
        var worker = processing.Worker(sources, progress, log);
        await worker.StartAsync(Cancellation);
        return worker;
    }
}
