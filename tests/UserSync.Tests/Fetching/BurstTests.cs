using System.Text.Json;
using Truto.Sandbox;
using UserSync.Fetching;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

/// <summary>A thousand events for one person cost at most two fetches and two updates.</summary>
public sealed class BurstTests
{
    private const int Events = 1000;
    private const string Source = """{ "id": "n", "events": { "path": "events" }, "verify": { "scheme": "token", "name": "X-Token" } }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_one_delivery_through_the_queue_they_cost_one_fetch()
    {
        await using var system = await SourceServer.StartAsync("""{ "user": "42", "email": "ada@example.com", "at": "2026-01-01T00:00:00Z" }""");
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions());
        truto.PutAccount(new SandboxAccount(TestSource.Account, "pipedrive"));
        truto.PutUser(TestSource.Account, new SandboxUser("42") { Email = "old@example.com" });
        await using var crm = await SandboxServer.StartAsync(truto, cancellationToken: Cancellation);
        using var data = new Folder();
        using var sources = new Folder().With("test.json", TestSource.With(TestFetch.Changes(
            $$"""{ "base": "{{system.Address}}", "allowPrivateAddresses": true, "time": "record.at" }""", Source)).Replace("\"wait\"", "\"queue\"", StringComparison.Ordinal));
        await using var deployment = Deployment.Start(sources, Path.Combine(data.Path, "sync.db"),
        [
            ("Truto:BaseAddress", crm.BaseAddress.ToString()), ("Secrets:truto-api-token", SandboxOptions.DefaultToken),
            ("Secrets:signing-secret", "s3cret"), ("Secrets:directory-secret", "s3cret"),
        ]);
        await deployment.StartWorkerAsync();

        await deployment.DeliverAsync("test", $$"""{ "events": [{{string.Join(',', Enumerable.Range(0, Events).Select(n => $$"""{ "id": "815", "n": {{n}} }"""))}}] }""", "s3cret");
        var ended = await deployment.Outcomes.EndedAsync(Events);

        Assert.All(ended, conclusion => Assert.True(
            conclusion.Status == OutcomeStatus.Applied || conclusion.SkipReason is SkipReason.Unchanged or SkipReason.Stale, conclusion.ToString()));
        Assert.Single(system.Received);
        Assert.InRange(truto.Calls.Total, 1, 2);
        Assert.Equal("ada@example.com", truto.Find(TestSource.Account, "42")!.Email);
    }

    /// <summary>They come in one by one, are processed as they come, and the person is changed again and again meanwhile.</summary>
    [Fact]
    public async Task One_after_the_other_while_the_person_changes_they_cost_two_fetches_and_bring_the_last_state()
    {
        var version = 0;
        var system = new Script(_ => Script.Answer(200, $$"""{ "user": "42", "email": "{{version}}@example.com" }""")(null!));
        var truto = new Script(Script.Answer(200, """{ "id": "42" }"""));
        var world = new TestProcessing(truto, network: system);
        var source = TestFetch.Of("{}", """{ "id": "n" }""");
        var waiting = new List<(DateTimeOffset At, ChangeEvent Change)>();
        for (; version < Events; version++)
        {
            world.Time.Advance(new FetchingOptions().Interval / (Events + 1));
            await ProcessAsync(source.EventIn($$"""{ "id": "815", "n": {{version}} }""") with { ReceivedAt = world.Time.GetUtcNow() });
        }

        while (waiting.Count > 0)
        {
            var (at, change) = waiting.MinBy(entry => entry.At);
            waiting.Remove((at, change));
            world.Time.SetUtcNow(at > world.Time.GetUtcNow() ? at : world.Time.GetUtcNow());
            await ProcessAsync(change);
        }

        Assert.Equal(2, system.Sent.Count);
        Assert.Equal(["0@example.com", $"{Events}@example.com"], truto.Sent.Select(sent => JsonElement.Parse(sent.Body!).GetProperty("email").GetString()));
        Assert.Equal(Events, world.Outcomes.All.Count);

        async Task ProcessAsync(ChangeEvent change)
        {
            var disposition = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
            if (disposition.Ending is null)
            {
                Assert.False(disposition.SpendsAttempt);
                waiting.Add((world.Time.GetUtcNow() + disposition.Delay, change));
            }
        }
    }

    /// <summary>Where the person is gone, or the source system is down, a burst is no reason to ask again and again either.</summary>
    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(401)]
    public async Task Also_where_there_is_no_record_nobody_is_asked_a_thousand_times(int status)
    {
        var system = new Script(Script.Answer(status));
        var world = new TestProcessing(new Script(Script.Answer(200, "{}")), network: system);
        var source = TestFetch.Of("{}", """{ "id": "n" }""");
        var changes = Enumerable.Range(0, Events).Select(n => source.EventIn($$"""{ "id": "815", "n": {{n}} }""") with { ReceivedAt = world.Time.GetUtcNow() }).ToList();

        foreach (var change in changes)
        {
            await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        }

        Assert.Single(system.Sent);
    }
}
