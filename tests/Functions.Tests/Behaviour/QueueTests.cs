using System.Globalization;
using System.Text;
using System.Text.Json;
using Functions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Truto.Sandbox;
using UserSync.Azure;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;

namespace Functions.Tests.Behaviour;

public sealed class QueueTests
{
    private const string Event = """{ "id": "evt-1", "user": "42", "email": "ada@example.com", "name": "Ada" }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_becomes_an_update_and_an_outcome()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);

        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));

        Assert.Equal("ada@example.com", world.Truto.Find(World.Account, World.UserId)!.Email);
        Assert.Equal(OutcomeStatus.Applied, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
        Assert.Empty(await world.TakeAsync());
        Assert.Equal(1, world.Get<WorkerProgress>().CompletedTotal);
    }

    [Fact]
    public async Task A_message_that_another_system_put_on_the_queue_needs_a_source_and_an_event_only()
    {
        await using var world = await World.StartAsync();

        await world.ProcessAsync($$"""{ "source": "queue", "event": {{Event}} }""");

        // Its time is that of receipt, which is durable before anything else is done.
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        Assert.Equal(OutcomeStatus.Applied, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
    }

    [Theory]
    [InlineData("\"2026-02-03T03:00:00+00:00\"", "2026-02-03T03:00:00.9999999Z")]
    [InlineData(null, "2026-02-03T04:05:06Z")]
    public async Task A_message_without_a_time_was_received_when_it_was_put_on_the_queue_as_far_as_the_host_says_so(string? said, string receivedAt)
    {
        await using var world = await World.StartAsync();

        await world.HandOverAsync($$"""{ "source": "queue", "event": {{Event}} }""", said);
        await world.HandOverGivenUpAsync("no message", Cancellation, said);

        var next = JsonElement.Parse(Assert.Single(await world.TakeAsync()));
        var page = await world.Get<IOutcomeStore>().ListAsync(new OutcomeFilter("-"), null, 10, Cancellation);
        var expected = DateTimeOffset.Parse(receivedAt, CultureInfo.InvariantCulture);
        Assert.Equal((expected, expected), (next.GetProperty("receivedAt").GetDateTimeOffset(), Assert.Single(page.Outcomes).ReceivedAt));
    }

    [Fact]
    public async Task What_comes_back_later_is_a_message_of_our_own_and_no_failure_of_the_host()
    {
        await using var world = await World.StartAsync();
        world.Truto.Faults.Next(SandboxFault.TrutoRateLimit);
        await world.DeliverAsync("queue", Event);

        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));

        Assert.Empty(await world.TakeAsync());
        world.Time.Advance(TimeSpan.FromSeconds(10));
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        Assert.Equal(OutcomeStatus.Applied, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
        Assert.Equal((1, 1), (world.Get<WorkerProgress>().PutOffTotal, world.Get<WorkerProgress>().CompletedTotal));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{ "event": {} }""")]
    [InlineData("")]
    public async Task A_message_that_nobody_can_read_is_dead_lettered_and_not_tried_again(string message)
    {
        await using var world = await World.StartAsync();

        await world.ProcessAsync(message);

        var page = await world.Get<IOutcomeStore>().ListAsync(new OutcomeFilter(), null, 10, Cancellation);
        Assert.Equal(OutcomeStatus.DeadLettered, Assert.Single(page.Outcomes).Conclusion.Status);
        Assert.Empty(await world.TakeAsync());
    }

    [Fact]
    public async Task A_message_in_plain_text_is_taken_as_one_in_base64_is()
    {
        await using var world = await World.StartAsync();

        await world.HandOverAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }""");

        Assert.Equal(OutcomeStatus.Applied, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
    }

    [Theory]
    [InlineData("Hello, world!", "Hello, world!")]
    [InlineData("SGVsbG8sIHdvcmxkIQ==", "Hello, world!")]
    [InlineData("SGVsbG8sIHdvcmxkIQ", "SGVsbG8sIHdvcmxkIQ")]
    public async Task Text_that_is_no_message_becomes_the_outcome_malformed_also_where_the_host_has_given_it_up(string text, string kept)
    {
        foreach (var isGivenUp in (bool[])[false, true])
        {
            await using var world = await World.StartAsync();

            await (isGivenUp
                ? world.HandOverGivenUpAsync(text, Cancellation)
                : world.HandOverAsync(text));

            var page = await world.Get<IOutcomeStore>().ListAsync(new OutcomeFilter("-"), null, 10, Cancellation);
            var outcome = await world.OutcomeAsync("-", Assert.Single(page.Outcomes).EventId);
            Assert.Equal(("malformed", kept), (outcome.Conclusion.Failure!.Cause, outcome.Event!.Value.GetString()));
        }
    }

    [Fact]
    public async Task A_store_that_fails_is_left_to_the_retries_of_the_host()
    {
        var broken = new Mock<ILedgerStore>(MockBehavior.Strict);
        broken.Setup(store => store.ReadToUpdateAsync(It.IsAny<UserKey>(), It.IsAny<Lease>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"));
        broken.Setup(store => store.Release(It.IsAny<UserKey>(), It.IsAny<Lease>()));
        await using var world = await World.StartAsync(services => services.AddSingleton(broken.Object));
        await world.DeliverAsync("queue", Event);
        var message = Assert.Single(await world.TakeAsync());

        await Assert.ThrowsAsync<IOException>(() => world.ProcessAsync(message));

        Assert.Empty(await world.TakeAsync());
        Assert.Equal(OutcomeStatus.Received, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
    }

    [Fact]
    public async Task A_message_whose_successor_cannot_be_queued_stays_with_the_host()
    {
        var broken = new Mock<IChangeQueue>(MockBehavior.Strict);
        broken.Setup(
                queue => queue.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"));
        await using var world = await World.StartAsync(services => services.AddSingleton(broken.Object));
        world.Truto.Faults.Next(SandboxFault.TrutoRateLimit);

        await Assert.ThrowsAsync<IOException>(
            () => world.ProcessAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }"""));
    }

    [Fact]
    public async Task A_message_that_the_host_gave_up_on_is_dead_lettered_and_can_be_replayed()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);
        var message = Assert.Single(await world.TakeAsync());

        await world.GiveUpAsync(message);

        var outcome = await world.OutcomeAsync("queue", "evt-1");
        Assert.Equal((OutcomeStatus.DeadLettered, "given-up"), (outcome.Conclusion.Status, outcome.Conclusion.Failure!.Cause));
        Assert.Null(world.Get<Replayer>().WhyNot(outcome));
        Assert.Equal(0, world.Truto.Calls.Total);
    }

    [Fact]
    public async Task A_message_is_given_up_also_where_the_ledger_is_damaged()
    {
        var broken = new Mock<ILedgerStore>(MockBehavior.Strict);
        broken.Setup(store => store.ReadAsync(It.IsAny<UserKey>(), It.IsAny<CancellationToken>())).Returns(() =>
            new(new LedgerRow(LedgerJson.Read("""{ "email": "ada@example.com", no ledger"""u8), "1")));
        await using var world = await World.StartAsync(services => services.AddSingleton(broken.Object));
        await world.DeliverAsync("queue", Event);

        await world.GiveUpAsync(Assert.Single(await world.TakeAsync()));

        var conclusion = (await world.OutcomeAsync("queue", "evt-1")).Conclusion;
        Assert.Equal(
            (OutcomeStatus.DeadLettered, "given-up", World.UserId), (conclusion.Status, conclusion.Failure!.Cause, conclusion.UserId));
        var line = Assert.Single(world.Log.Lines, line => line.Contains("cannot be taken out of the ledger", StringComparison.Ordinal));
        Assert.Contains("JsonReaderException", line, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.com", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_whose_ledger_is_out_of_reach_is_put_back_until_it_can_be_taken_out_of_it()
    {
        var broken = new Mock<ILedgerStore>(MockBehavior.Strict);
        broken.Setup(store => store.ReadAsync(It.IsAny<UserKey>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("out of reach"));
        await using var storage = await StorageService.StartAsync();
        await using var world = await World.StartAsync(services => services.AddSingleton(broken.Object), storage.Settings);

        await world.GiveUpAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }""");

        Assert.Equal("user-changes-poison", Assert.Single(storage.Queued).Queue);
        Assert.Equal(OutcomeStatus.Received, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
    }

    [Fact]
    public async Task A_message_that_cannot_be_given_up_now_is_put_back_as_one_that_has_never_failed_and_never_expires()
    {
        await using var storage = await StorageService.StartAsync();
        await using var world = await World.StartAsync(services => services.AddSingleton(Unreachable()), storage.Settings);
        const string Text = "neither base64 nor a message";

        await world.HandOverGivenUpAsync(Text, Cancellation);

        Assert.Equal([new QueuedText("user-changes-poison", Text, "300", "-1")], storage.Queued);
        Assert.Contains(world.Log.Lines, line => line.Contains("has no outcome yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_can_neither_be_given_up_nor_put_back_stays_with_the_host()
    {
        await using var storage = await StorageService.StartAsync();
        storage.RefusesMessages = true;
        await using var world = await World.StartAsync(services => services.AddSingleton(Unreachable()), storage.Settings);

        await Assert.ThrowsAsync<AzureStoreException>(() => world.GiveUpAsync($$"""{ "source": "queue", "event": {{Event}} }"""));
    }

    [Fact]
    public async Task A_message_whose_giving_up_is_stopped_stays_with_the_host()
    {
        await using var storage = await StorageService.StartAsync();
        await using var world = await World.StartAsync(settings: storage.Settings);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => world.HandOverGivenUpAsync($$"""{ "source": "queue", "event": {{Event}} }""", stop.Token));

        Assert.Empty(storage.Queued);
    }

    [Fact]
    public async Task A_message_too_large_for_the_queue_is_fetched_and_its_blob_removed_when_its_event_has_ended()
    {
        await using var storage = await StorageService.StartAsync();
        await using var world = await World.StartAsync(settings: storage.Settings);
        var name = storage.Put(
            Encoding.UTF8.GetBytes($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }"""));
        var message = JsonSerializer.Serialize(new { version = 1, source = "queue", blob = name });

        await world.ProcessAsync(message);

        Assert.Equal(OutcomeStatus.Applied, (await world.OutcomeAsync("queue", "evt-1")).Conclusion.Status);
        Assert.Empty(storage.Names);
    }

    [Fact]
    public async Task The_blob_of_a_message_stays_for_as_long_as_the_message_comes_back()
    {
        var broken = new Mock<ILedgerStore>(MockBehavior.Strict);
        broken.Setup(store => store.ReadToUpdateAsync(It.IsAny<UserKey>(), It.IsAny<Lease>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"));
        broken.Setup(store => store.Release(It.IsAny<UserKey>(), It.IsAny<Lease>()));
        await using var storage = await StorageService.StartAsync();
        await using var world = await World.StartAsync(services => services.AddSingleton(broken.Object), storage.Settings);
        var name = storage.Put(
            Encoding.UTF8.GetBytes($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Event}} }"""));

        await Assert.ThrowsAsync<IOException>(
            () => world.ProcessAsync(JsonSerializer.Serialize(new { version = 1, source = "queue", blob = name })));

        Assert.Equal([name], storage.Names);
    }

    [Fact]
    public async Task A_message_whose_blob_is_gone_is_done_with()
    {
        await using var storage = await StorageService.StartAsync();
        await using var world = await World.StartAsync(settings: storage.Settings);
        var message = JsonSerializer.Serialize(new { version = 1, source = "queue", blob = StorageService.NewName() });

        await world.ProcessAsync(message);
        await world.GiveUpAsync(message);

        Assert.Empty((await world.Get<IOutcomeStore>().ListAsync(new OutcomeFilter(), null, 10, Cancellation)).Outcomes);
    }

    private static IOutcomeStore Unreachable()
    {
        var outcomes = new Mock<IOutcomeStore>(MockBehavior.Strict);
        outcomes.Setup(store => store.ReceiveAsync(It.IsAny<IReadOnlyList<Outcome>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"));
        return outcomes.Object;
    }
}
