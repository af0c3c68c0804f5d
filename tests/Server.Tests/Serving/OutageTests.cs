using System.Text.Json;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Serving;

/// <summary>What becomes of accepted events while Truto fails, through the real queue and ledger.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private const string Account = "5a17e000-0000-4000-8000-00000000f00d";
    private const int Users = 10;
    private const int Events = 100;

    private readonly SourceFolder folder = new(("queue", $$"""
        {
          "verify": { "scheme": "none" }, "account": "{{Account}}", "provider": "planhat", "id": "id", "user": "user",
          "map": { "email": "email", "name": "name", "custom_fields": { "tier": "tier" } }
        }
        """));

    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerWorld World => world!;

    public async ValueTask InitializeAsync()
    {
        world = await ServerWorld.StartAsync(folder.Path, []);
        for (var user = 0; user < Users; user++)
        {
            world.Truto.PutUser(Account, new SandboxUser($"{user}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(SandboxFault.TrutoError)]
    [InlineData(SandboxFault.DropBefore)]
    [InlineData(SandboxFault.DropAfter)]
    [InlineData(SandboxFault.TrutoRateLimit)]
    public async Task An_outage_of_a_minute_loses_nothing_and_dead_letters_nothing(SandboxFault fault)
    {
        World.Truto.Faults[fault] = 1;
        for (var number = 0; number < Events; number++)
        {
            World.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await AcceptAsync($$"""{ "id": "{{number}}", "user": "{{number % Users}}", "name": "Name {{number}}" }""");
        }

        for (var second = 0; second < 60; second++)
        {
            await PassAsync();
        }

        Assert.Equal(Events, await CountAsync("received"));
        World.Truto.Faults.Clear();
        await SettleAsync();

        Assert.Equal((0, 0), (await CountAsync("failed"), await CountAsync("dead-lettered")));
        Assert.Equal(Events, await CountAsync("applied") + await CountAsync("skipped"));
        Assert.All(Enumerable.Range(0, Users), user => Assert.Equal($"Name {Events - Users + user}", World.Truto.Find(Account, $"{user}")!.Name));
    }

    [Fact]
    public async Task A_rejected_event_fails_at_once_and_neither_fails_nor_holds_back_others_of_the_same_user()
    {
        await AcceptAsync("""
            [
              { "id": "before", "user": "1", "name": "Grace Hopper" },
              { "id": "bad", "user": "1", "email": "no address" },
              { "id": "after", "user": "1", "tier": "gold" }
            ]
            """);
        await SettleAsync();

        var bad = await FindAsync("bad");
        Assert.Equal(("failed", "provider-validation"), (bad.GetProperty("outcome").GetString(), bad.GetProperty("problem").GetProperty("cause").GetString()));
        Assert.False(bad.TryGetProperty("attempts", out var attempts) && attempts.GetInt32() > 1);
        Assert.Equal("applied", (await FindAsync("before")).GetProperty("outcome").GetString());
        Assert.Equal("applied", (await FindAsync("after")).GetProperty("outcome").GetString());
        Assert.Equal(("Grace Hopper", "gold", null), (
            World.Truto.Find(Account, "1")!.Name, World.Truto.Find(Account, "1")!.CustomFields["tier"].GetString(), World.Truto.Find(Account, "1")!.Email));
    }

    private async Task AcceptAsync(string body) => Assert.Equal(200, (await World.PostAsync("queue", body, Cancel)).Status);

    /// <summary>Lets a second pass, and the worker do what is due.</summary>
    private async Task PassAsync()
    {
        World.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
    }

    private async Task SettleAsync()
    {
        for (var second = 0; second < 3000 && await CountAsync("received") > 0; second++)
        {
            await PassAsync();
        }

        Assert.Equal(0, await CountAsync("received"));
    }

    private async Task<int> CountAsync(string status) =>
        (await GetAsync($"/api/events?status={status}&limit=500")).GetProperty("events").GetArrayLength();

    private Task<JsonElement> FindAsync(string id) => GetAsync($"/api/events/queue/{id}");

    private async Task<JsonElement> GetAsync(string path) => (await World.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), Cancel)).Json;
}
