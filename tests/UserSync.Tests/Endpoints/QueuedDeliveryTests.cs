using System.Diagnostics;
using Moq;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Secrets;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

/// <summary>What a sender that does not wait is told, and what is kept of its deliveries.</summary>
public sealed class QueuedDeliveryTests
{
    private const string Queued = """{ "reply": "queue", "id": "id", "time": "at", "acknowledge": { "status": 202, "body": "OK" } }""";
    private const string Two = """[{ "id": "1", "at": "2025-12-31T12:00:00Z", "user": "41", "email": "a" }, { "id": "2", "user": "42", "email": "b" }]""";

    [Fact]
    public async Task A_delivery_is_answered_as_soon_as_its_events_are_on_the_queue()
    {
        using var endpoint = TestEndpoint.With(Queued);

        var answer = await endpoint.SendAsync(Two);

        Assert.Equal((202, "OK"), (answer.Status, answer.Body));
        Assert.Empty(endpoint.Truto.Sent);
        var messages = endpoint.Processing.Queue.Messages;
        Assert.Equal(
            [("test", "1", new DateTimeOffset(2025, 12, 31, 12, 0, 0, TimeSpan.Zero), Now.Time), ("test", "2", Now.Time, Now.Time)],
            messages.Select(message => (message.Source, message.Id, message.OccurredAt!.Value, message.ReceivedAt!.Value)));
        Assert.Equal(["a", "b"], messages.Select(message => message.Event.GetProperty("email").GetString()));
        Assert.Equal([OutcomeStatus.Received, OutcomeStatus.Received], endpoint.Processing.Outcomes.All.Select(outcome => outcome.Conclusion.Status));
        Assert.Equal(["a", "b"], endpoint.Processing.Outcomes.All.Select(outcome => outcome.Event!.Value.GetProperty("email").GetString()));
    }

    [Fact]
    public async Task The_headers_that_the_mapping_reads_are_kept_and_no_others()
    {
        using var endpoint = TestEndpoint.With("""{ "reply": "queue", "map": { "email": "header:X-Email" } }""");

        await endpoint.SendAsync("""{ "user": "42" }""", [("X-Token", TestEndpoint.Token), ("X-Email", "a@b.c"), ("X-Other", "o")]);

        Assert.Equal([KeyValuePair.Create("X-Email", "a@b.c")], Assert.Single(endpoint.Processing.Queue.Messages).Headers!);
    }

    [Fact]
    public async Task The_trace_of_a_delivery_goes_on_with_its_events()
    {
        using var endpoint = TestEndpoint.With(Queued);
        using var activity = new Activity("delivery").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "a=b";

        await endpoint.SendAsync(Two);

        Assert.All(endpoint.Processing.Queue.Messages, message => Assert.Equal((activity.Id, "a=b"), (message.TraceParent, message.TraceState)));
        Assert.All(endpoint.Processing.Outcomes.All, outcome => Assert.Equal(activity.Id, outcome.TraceParent));
    }

    [Fact]
    public async Task What_was_queued_is_processed_with_the_same_end_as_if_the_sender_had_waited()
    {
        using var endpoint = TestEndpoint.With(Queued);
        await endpoint.SendAsync(Two);

        foreach (var message in await endpoint.Processing.Queue.ReceiveAsync(10, TimeSpan.FromMinutes(1), TimeSpan.Zero, TestContext.Current.CancellationToken))
        {
            await endpoint.Processing.Messages(endpoint.Catalog()).ProcessAsync(message.Body, message.HiddenUntil, message.QueuedAt, TestContext.Current.CancellationToken);
        }

        Assert.Equal([("1", OutcomeStatus.Applied), ("2", OutcomeStatus.Applied)], endpoint.Processing.Outcomes.All.Select(outcome => (outcome.EventId, outcome.Conclusion.Status)));
    }

    [Theory]
    [InlineData("queue", false)]
    [InlineData("queue", true)]
    [InlineData("wait", true)]
    public async Task Without_its_store_the_sender_has_to_come_again(string reply, bool isSlow)
    {
        Exception exception = isSlow ? new TaskCanceledException("too slow") : new IOException("no");
        var queue = new Mock<IChangeQueue>();
        queue.Setup(known => known.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).ThrowsAsync(exception);
        using var endpoint = new TestEndpoint { Queue = queue.Object, Steps = new FirstStep { When = () => reply == "wait", Do = () => throw exception } }
            .Add("test", $$"""{ "reply": "{{reply}}" }""");

        var answer = await endpoint.SendAsync();

        Assert.Equal((503, "store-unavailable", "10"), (answer.Status, answer.Problem, answer.Headers["Retry-After"]));
        Assert.Equal("Nothing can be stored at the moment. Try again later.", answer.Detail);
        Assert.Contains("Error A delivery of source test has to come again: it cannot be stored.", endpoint.Log.Lines);
    }

    [Fact]
    public async Task Where_it_cannot_be_noted_that_an_event_came_the_sender_has_to_come_again()
    {
        var outcomes = new Mock<IOutcomeStore>();
        outcomes.Setup(known => known.ReceiveAsync(It.IsAny<IReadOnlyList<Outcome>>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("no"));
        using var endpoint = new TestEndpoint { Outcomes = outcomes.Object }.Add("test", Queued);

        Assert.Equal(503, (await endpoint.SendAsync()).Status);
    }

    [Fact]
    public async Task What_is_begun_is_finished_also_when_the_sender_hangs_up()
    {
        using var hangUp = new CancellationTokenSource();
        var secrets = new Mock<ISecretStore>();
        secrets.Setup(store => store.GetAsync("signing-secret", It.IsAny<CancellationToken>())).Returns(() =>
        {
            hangUp.Cancel();
            return ValueTask.FromResult<IReadOnlyList<string>>([TestEndpoint.Token]);
        });
        using var endpoint = new TestEndpoint { Secrets = secrets.Object, SenderIsGone = hangUp.Token }.Add("test", Queued);

        await endpoint.SendAsync(Two);

        Assert.True(hangUp.IsCancellationRequested);
        Assert.Equal(2, endpoint.Processing.Queue.Messages.Count);
        Assert.Equal(2, endpoint.Processing.Outcomes.All.Count);
    }
}
