using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Truto.Sandbox;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

/// <summary>Truto as a source: its webhooks are hints, the user is fetched from Truto, and our own updates do not go round in circles.</summary>
public sealed class TrutoSourceTests : IAsyncLifetime
{
    private const string First = "62f44730-dd91-461e-bd6a-aedd9e0ad79d";
    private const string Second = "62f44730-dd91-461e-bd6a-aedd9e0ad79e";
    private const string Secret = "6e17561c-a20c-44ce-b8b5-caff0bf786fe";

    private readonly Folder sources = new();
    private readonly Folder data = new();
    private readonly SandboxTruto truto = new(TimeProvider.System, new SandboxOptions());
    private readonly ConcurrentQueue<SandboxChange> changes = new();
    private SandboxServer crm = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        crm = await SandboxServer.StartAsync(truto, cancellationToken: Cancellation);
        truto.PutAccount(new SandboxAccount(First, "pipedrive"));
        truto.PutAccount(new SandboxAccount(Second, "pipedrive"));
        truto.Changed += (_, change) => changes.Enqueue(change);
    }

    public async ValueTask DisposeAsync()
    {
        await crm.DisposeAsync();
        data.Dispose();
        sources.Dispose();
    }

    [Fact]
    public async Task Our_own_update_that_comes_back_as_an_event_ends_as_unchanged_without_a_call()
    {
        truto.PutUser(First, new SandboxUser("7") { Email = "old@example.com", Name = "Old" });
        sources.With("hr.json", $$"""
            { "verify": { "scheme": "hmac", "header": "X-Signature" }, "secrets": "webhooks", "account": "{{First}}", "provider": "pipedrive", "user": "user", "id": "id", "map": { "email": "email", "name": "name" } }
            """);
        sources.With("truto.json", Source(from: First, to: First, user: "record.id"));
        await using var deployment = Start();
        await deployment.StartWorkerAsync();

        await deployment.DeliverAsync("hr", """{ "id": "e1", "user": "7", "email": "ada@example.com", "name": "Ada" }""", Secret);
        await deployment.Outcomes.EndedAsync(1);
        var ended = await FeedBackAsync(deployment, "truto", 1);

        Assert.Equal(SkipReason.Unchanged, Assert.Single(ended, conclusion => conclusion.Source == "truto").SkipReason);
        Assert.Equal(1, Count("PATCH"));
        Assert.Empty(changes);
    }

    [Fact]
    public async Task Two_accounts_that_follow_each_other_come_to_rest()
    {
        truto.PutUser(First, new SandboxUser("7") { Email = "ada@example.com", Name = "Old", IsActive = true });
        truto.PutUser(Second, new SandboxUser("70") { Email = "ada@example.com", Name = "Old", IsActive = true });
        sources.With("hr.json", $$"""
            { "verify": { "scheme": "hmac", "header": "X-Signature" }, "secrets": "webhooks", "account": "{{First}}", "provider": "pipedrive", "user": "user", "id": "id", "map": { "name": "name" } }
            """);
        sources.With("one.json", Source(from: First, to: Second)).With("two.json", Source(from: Second, to: First));
        await using var deployment = Start();
        await deployment.StartWorkerAsync();

        await deployment.DeliverAsync("hr", """{ "id": "e1", "user": "7", "name": "Ada King" }""", Secret);
        await deployment.Outcomes.EndedAsync(1);
        var count = 1;
        while (!changes.IsEmpty)
        {
            Assert.InRange(count, 1, 6);
            var source = changes.First().Account == First ? "one" : "two";
            await FeedBackAsync(deployment, source, count);
            count++;
        }

        Assert.Equal("Ada King", truto.Find(Second, "70")!.Name);
        Assert.Equal("Ada King", truto.Find(First, "7")!.Name);
        Assert.InRange(Count("PATCH"), 2, 3);
    }

    private int Count(string method) => truto.Calls.Count(call => call.Method == method);

    private Deployment Start() => Deployment.Start(
        sources,
        Path.Combine(data.Path, "sync.db"),
        [
            ("Truto:BaseAddress", crm.BaseAddress.ToString()),
            ("Secrets:truto-api-token", SandboxOptions.DefaultToken),
            ("Secrets:webhooks", Secret),
            ("Fetching:Timeout", "00:00:30"),
            ("Fetching:Interval", "00:00:00.1"),
        ]);

    /// <summary>Sends the oldest change as Truto does, and waits until it has ended.</summary>
    private async Task<IReadOnlyList<Conclusion>> FeedBackAsync(Deployment deployment, string source, int before)
    {
        Assert.True(changes.TryDequeue(out var change));
        var body = new JsonObject
        {
            ["id"] = $"{Guid.NewGuid()}",
            ["event"] = $"record:{change.Kind}",
            ["payload"] = new JsonObject { ["event_type"] = change.Kind, ["resource_id"] = change.UserId, ["resource_type"] = "crm/users", ["integrated_account_id"] = change.Account },
            ["created_at"] = $"{TimeProvider.System.GetUtcNow():O}",
        };
        Assert.Equal(200, (await deployment.DeliverAsync(source, body.ToJsonString(), Secret)).Status);
        return await deployment.Outcomes.EndedAsync(before + 1);
    }

    /// <summary>The example, with its names filled in.</summary>
    private string Source(string from, string to, string? user = null)
    {
        var text = File.ReadAllText(Shipped.FetchExamples.Single(path => Path.GetFileName(path) == "truto.json"))
            .Replace("11111111-1111-1111-1111-111111111111", from, StringComparison.Ordinal)
            .Replace("00000000-0000-0000-0000-000000000000", to, StringComparison.Ordinal);
        var source = JsonNode.Parse(text)!.AsObject();
        source["secrets"] = new JsonArray("webhooks");
        source["fetch"]!["base"] = crm.BaseAddress.GetLeftPart(UriPartial.Authority);
        source["fetch"]!["allowPrivateAddresses"] = true;
        if (user is not null)
        {
            source["user"] = user;
        }

        if (from == to)
        {
            source["map"]!.AsObject().Remove("is_active");
        }

        return source.ToJsonString();
    }
}
