using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Stores.Tests.Contract;
using UserSync;
using UserSync.Azure;
using UserSync.Endpoints;
using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

public sealed class BusyStorageTests : AzureTest
{
    private readonly Wire wire = new();

    public BusyStorageTests(AzuriteServer server)
        : base(server)
    {
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task A_service_that_is_busy_for_a_moment_is_asked_again(HttpStatusCode status)
    {
        var busy = 3;
        wire.BusyStatus = status;
        wire.IsBusy = _ => Interlocked.Decrement(ref busy) >= 0;
        var stores = Fixture.Open(wire.Connect);

        await stores.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation);

        Assert.Equal(1, (await Stores.Queue.MeasureAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_an_error_that_says_so_and_nothing_else()
    {
        wire.IsBusy = _ => true;
        var stores = Fixture.Open(wire.Connect);

        var exception = await Assert.ThrowsAsync<AzureStoreException>(
            () => stores.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation));

        Assert.Equal("The storage account could not take a message: 503 ServerBusy (request request-1).", exception.Message);
        Assert.Equal((503, "ServerBusy"), (exception.Status, exception.ErrorCode));
        Assert.DoesNotContain("ada", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_cannot_be_removed_now_fails_nothing_and_is_removed_later()
    {
        var user = new UserKey("a", "ada");
        var stores = Fixture.Open(wire.Connect);
        var received = Samples.Received("evt-1", Samples.Time) with { Event = Samples.JsonOf(1_500_000) };
        await stores.Queue.EnqueueAsync([Samples.Message("evt-1") with { Event = Samples.JsonOf(100_000) }], TimeSpan.Zero, Cancellation);
        await stores.Outcomes.ReceiveAsync([received], Cancellation);
        await stores.Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time)], Cancellation);
        Assert.NotNull(await stores.Ledgers.TryWriteAsync(user, Samples.Ledger("a", 1_900_000), null, Cancellation));
        var row = await stores.Ledgers.ReadAsync(user, Cancellation);
        wire.IsBusy = request => request.Method == HttpMethod.Delete
            && request.RequestUri!.AbsolutePath.Contains(Fixture.Options.ContainerName, StringComparison.Ordinal);

        await stores.Queue.CompleteAsync(
            Assert.Single(await stores.Queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation)), Cancellation);
        Assert.NotNull(await stores.Ledgers.TryWriteAsync(user, Samples.Ledger("b"), row.Version, Cancellation));
        Assert.Null(await stores.Ledgers.TryWriteAsync(user, Samples.Ledger("c", 1_900_000), null, Cancellation));
        Assert.Equal(1, await stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));
        var left = await BlobsAsync();
        wire.IsBusy = _ => false;
        var later = Fixture.Open(clock: new FakeTimeProvider(Fixture.Now + TimeSpan.FromDays(15)));
        await later.Outcomes.PruneAsync(Samples.Time, Cancellation);

        Assert.Equal(["ledgers", "ledgers", "messages", "outcomes"], left.Select(name => name.Split('/')[0]).Order(StringComparer.Ordinal));
        Assert.Empty(await BlobsAsync());
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_an_error()
    {
        wire.Between = (_, _, _) =>
            throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused by ada@example.com");
        var stores = Fixture.Open(wire.Connect);

        var exception = await Assert.ThrowsAsync<AzureStoreException>(
            async () => await stores.Ledgers.ReadAsync(new UserKey("a", "ada"), Cancellation));

        Assert.Equal("The storage account could not read a ledger: it cannot be reached (ConnectionError).", exception.Message);
        Assert.DoesNotContain("ada@example.com", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_an_error_and_not_a_cancellation()
    {
        var clock = new FakeTimeProvider(Fixture.Now);
        wire.Between = async (_, send, token) =>
        {
            clock.Advance(Fixture.Options.CallTimeout);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return await send();
        };
        var stores = Fixture.Open(wire.Connect, clock);

        var exception = await Assert.ThrowsAsync<AzureStoreException>(() => stores.Outcomes.FindAsync("workos", "evt-1", Cancellation));

        Assert.Equal("The storage account could not read an outcome: it did not answer in time.", exception.Message);
    }

    [Fact]
    public async Task Who_stops_waiting_is_cancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        wire.Between = async (_, send, _) =>
        {
            await stop.CancelAsync();
            return await send();
        };
        var stores = Fixture.Open(wire.Connect);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stores.Outcomes.FindAsync("workos", "evt-1", stop.Token));
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("table")]
    public async Task The_door_answers_503_and_the_sender_comes_again(string service)
    {
        var folder = Directory.CreateTempSubdirectory("busy");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "test.json"),
            """
            {
              "verify": { "scheme": "none" },
              "account": "0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05",
              "provider": "planhat",
              "id": "id",
              "user": "user",
              "map": { "email": "email" }
            }
            """,
            Cancellation);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Sources:Folder", folder.FullName)]).Build();
        var stores = Fixture.Open(wire.Connect);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddUserSync(configuration)
            .AddSingleton(stores.Queue)
            .AddSingleton(stores.Ledgers)
            .AddSingleton(stores.Outcomes)
            .AddSingleton(stores.Directories)
            .BuildServiceProvider();
        var door = services.GetRequiredService<WebhookEndpoint>();
        Assert.Equal(200, (await DeliverAsync(door, services)).StatusCode);

        var resource = service == "queue" ? Fixture.Options.QueueName : Fixture.Options.OutcomeTable;
        wire.IsBusy = request => request.RequestUri!.AbsolutePath.Contains(resource, StringComparison.Ordinal);
        var refused = await DeliverAsync(door, services);
        wire.IsBusy = _ => false;
        var taken = await DeliverAsync(door, services);
        folder.Delete(recursive: true);

        Assert.Equal(503, refused.StatusCode);
        Assert.NotEmpty(refused.Headers.RetryAfter.ToString());
        Assert.Equal(200, taken.StatusCode);
        Assert.Single((await Stores.Outcomes.ListAsync(new OutcomeFilter("test"), null, 10, Cancellation)).Outcomes);
    }

    private static async Task<HttpResponse> DeliverAsync(WebhookEndpoint door, IServiceProvider services)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = HttpMethods.Post;
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"id":"evt-1","user":"1","email":"ada@example.com"}"""));
        await (await door.HandleAsync(context.Request, "test", Cancellation)).ExecuteAsync(context);
        return context.Response;
    }
}
