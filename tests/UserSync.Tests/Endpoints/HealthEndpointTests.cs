using Moq;
using UserSync.Endpoints;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

public sealed class HealthEndpointTests : IDisposable
{
    private readonly TestEndpoint endpoint = TestEndpoint.With();
    private readonly LogCollector<HealthEndpoint> log = new();
    private readonly WorkerProgress progress;

    public HealthEndpointTests() => progress = new WorkerProgress(endpoint.Time);

    public void Dispose() => endpoint.Dispose();

    [Theory]
    [InlineData(false, 200, """{"status":"ready"}""")]
    [InlineData(true, 503, """{"status":"unready"}""")]
    public async Task Health_is_whether_every_source_runs(bool isBroken, int status, string body)
    {
        if (isBroken)
        {
            endpoint.AddFile("broken.json", "{}");
        }

        var answer = await CheckAsync(showDetails: false);

        Assert.Equal((status, "application/json", body, "no-store"), (answer.Status, answer.ContentType, answer.Body, answer.Headers["Cache-Control"]));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Whoever_may_know_is_told_what_waits_and_what_was_done()
    {
        endpoint.Processing.Queue.Put("{}"u8.ToArray());
        endpoint.Time.Advance(TimeSpan.FromSeconds(90));
        endpoint.Processing.Queue.Put("{}"u8.ToArray(), TimeSpan.FromHours(1));
        for (var i = 0; i < 7; i++)
        {
            progress.Completed();
        }

        progress.PutOff();
        progress.PutOff();
        progress.Failed();

        var answer = await CheckAsync(showDetails: true);

        Assert.Equal(
            """{"status":"ready","sources":1,"store":true,"queue":{"messages":2,"oldestSeconds":90},"worker":{"completed":7,"completedPerSecond":0.12,"putOff":2,"failed":1}}""",
            answer.Body);
    }

    [Fact]
    public async Task An_empty_queue_has_no_oldest() =>
        Assert.Equal("""{"messages":0,"oldestSeconds":0}""", (await CheckAsync(showDetails: true)).Json.GetProperty("queue").GetRawText());

    [Theory]
    [InlineData(false, """{"status":"unready"}""")]
    [InlineData(true, """{"status":"unready","sources":1,"store":false,"queue":{"messages":0,"oldestSeconds":0},"worker":{"completed":0,"completedPerSecond":0,"putOff":0,"failed":0}}""")]
    public async Task Without_its_store_an_instance_is_unready(bool showDetails, string body)
    {
        var answer = await CheckAsync(showDetails, QueueThat(() => Task.FromException<QueueDepth>(new IOException("no"))));

        Assert.Equal((503, body), (answer.Status, answer.Body));
        Assert.Equal(["Error The store cannot be reached."], log.Lines);
    }

    [Fact]
    public async Task A_store_that_gave_up_by_itself_is_out_of_reach() =>
        Assert.Equal(503, (await CheckAsync(showDetails: false, QueueThat(() => Task.FromException<QueueDepth>(new TaskCanceledException("too slow"))))).Status);

    [Fact]
    public async Task A_store_that_does_not_answer_is_out_of_reach_after_five_seconds()
    {
        endpoint.Time.PassesOver.Add(TimeSpan.FromSeconds(5));

        var answer = await CheckAsync(showDetails: false, QueueThat(() => new TaskCompletionSource<QueueDepth>().Task));

        Assert.Equal((503, Now.Time.AddSeconds(5)), (answer.Status, endpoint.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Who_does_not_wait_for_the_answer_gets_none()
    {
        using var hangUp = new CancellationTokenSource();
        var health = Health(QueueThat(() => new TaskCompletionSource<QueueDepth>().Task));
        var checking = health.HandleAsync(showDetails: false, hangUp.Token);

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checking);
        Assert.Empty(log.Lines);
    }

    private static IChangeQueue QueueThat(Func<Task<QueueDepth>> measures)
    {
        var queue = new Mock<IChangeQueue>();
        queue.Setup(known => known.MeasureAsync(It.IsAny<CancellationToken>())).Returns(measures);
        return queue.Object;
    }

    private HealthEndpoint Health(IChangeQueue? queue) => new(endpoint.Catalog(), queue ?? endpoint.Processing.Queue, progress, endpoint.Time, log);

    private async Task<Answer> CheckAsync(bool showDetails, IChangeQueue? queue = null) =>
        await TestEndpoint.ExecuteAsync(await Health(queue).HandleAsync(showDetails, TestContext.Current.CancellationToken));
}
