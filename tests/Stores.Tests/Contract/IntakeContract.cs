using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving.Events;

namespace Stores.Tests.Contract;

/// <summary>What every intake has to do.</summary>
public abstract class IntakeContract(IStoreFixture fixture) : StoreContract(fixture)
{
    // Stores may count visibility in whole seconds: after two, one has passed for certain.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TwoSeconds = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Every_event_is_noted_and_queued_with_all_that_it_says()
    {
        var full = Change("evt/1 \0#?%😀", """{"a":[1,2.50,1e3,12345678901234567890,null,true,{"b":"\u00e9 \\ \" 😀"}],"":{}}""") with
        {
            Type = "user.updated",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Event-Id"] = "1", ["x-other"] = "a, b" },
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "vendor=1",
        };
        var least = Change("least", "null");

        await TakeAsync(full, least);

        Assert.Equal(Texts(full, least), Texts(await ReceiveAsync()));
        Assert.Equal(Samples.Text(Outcome.Received(full)), await FindAsync(full.Id));
        Assert.Equal(Samples.Text(Outcome.Received(least)), await FindAsync(least.Id));
    }

    [Fact]
    public async Task An_event_that_comes_again_is_queued_again_as_it_came_and_noted_as_it_came_first()
    {
        var first = Change("evt-1", """{"email":"first@example.com"}""");
        var again = Change("evt-1", """{"email":"again@example.com"}""");

        await TakeAsync(first);
        await TakeAsync(again);

        Assert.Equal(Texts(first, again), Texts(await ReceiveAsync()));
        Assert.Equal(Samples.Text(Outcome.Received(first)), await FindAsync("evt-1"));
    }

    [Fact]
    public async Task An_event_that_comes_twice_in_one_delivery_is_noted_once()
    {
        var change = Change("evt-1", """{"email":"first@example.com"}""");

        await TakeAsync(change, change);

        Assert.Equal(Texts(change, change), Texts(await ReceiveAsync()));
        Assert.Equal(Samples.Text(Outcome.Received(change)), await FindAsync("evt-1"));
    }

    [Fact]
    public async Task What_nobody_completes_comes_again_also_when_its_event_has_ended()
    {
        var change = Change("evt-1", """{"email":"ada@example.com"}""");
        await TakeAsync(change);
        await ReceiveAsync();
        await Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: "ada")], Cancellation);

        await Fixture.PassAsync(TwoSeconds);

        Assert.Equal(Texts(change), Texts(await ReceiveAsync()));
    }

    [Fact]
    public async Task What_is_completed_does_not_come_again_and_what_replaces_it_does()
    {
        var kept = Change("kept", """{"email":"kept@example.com"}""");
        await TakeAsync(Change("done", """{"email":"done@example.com"}"""), kept);
        var taken = await ReceiveAsync();
        var next = MessageProcessor.MessageOf(kept) with { Attempt = 1 };

        await Queue.CompleteAsync(taken.Single(message => Samples.Read(message).Id == "done"), Cancellation);
        await Queue.ReplaceAsync(taken.Single(message => Samples.Read(message).Id == "kept"), next, TimeSpan.Zero, Cancellation);

        Assert.Equal([Samples.Text(next)], Texts(await ReceiveAsync()));
        await Fixture.PassAsync(TwoSeconds);
        Assert.Equal([Samples.Text(next)], Texts(await ReceiveAsync()));
    }

    [Fact]
    public async Task Nothing_is_taken_where_there_is_nothing()
    {
        await TakeAsync();

        Assert.Empty(await ReceiveAsync());
    }

    private static ChangeEvent Change(string id, string json) => new()
    {
        Source = "workos",
        Id = id,
        Type = null,
        OccurredAt = Samples.Time.AddMinutes(-1),
        ReceivedAt = Samples.Time,
        Data = Samples.Json(json),
    };

    private static IEnumerable<string> Texts(params ChangeEvent[] changes) =>
        changes.Select(change => Samples.Text(MessageProcessor.MessageOf(change))).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Texts(IEnumerable<QueuedMessage> messages) =>
        messages.Select(message => Samples.Text(Samples.Read(message))).Order(StringComparer.Ordinal);

    private Task TakeAsync(params ChangeEvent[] changes) => Fixture.Stores.Intake.TakeAsync(changes, Cancellation);

    private Task<IReadOnlyList<QueuedMessage>> ReceiveAsync() => Queue.ReceiveAsync(32, Second, TimeSpan.Zero, Cancellation);

    private async Task<string> FindAsync(string id) => Samples.Text(await Outcomes.FindAsync("workos", id, Cancellation));
}
