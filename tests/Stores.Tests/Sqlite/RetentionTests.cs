using Stores.Tests.Contract;
using UserSync.Outcomes;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

public sealed class RetentionTests : IAsyncLifetime
{
    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IOutcomeStore Outcomes => fixture.Stores.Outcomes;

    private SqliteDatabase Database => fixture.Database;

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task What_is_older_than_the_retention_and_has_ended_is_forgotten_and_nothing_else()
    {
        var retention = TimeSpan.FromDays(7);
        await FillAsync("old", 5, fixture.Now.AddDays(-8));
        await FillAsync("new", 5, fixture.Now.AddDays(-6));

        Assert.Equal(5, await Outcomes.PruneAsync(fixture.Now - retention, Cancellation));
        Assert.NotNull(await Outcomes.FindAsync("workos", "new-4", Cancellation));

        Assert.Equal(5, await Outcomes.PruneAsync(fixture.Now.AddDays(2) - retention, Cancellation));
        Assert.Equal("0", Count("outcomes"));
    }

    [Fact]
    public async Task Nothing_of_what_is_forgotten_is_left_and_its_room_is_used_again()
    {
        await FillAsync("first", 500, Samples.Time, 4000);
        await Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation);
        var size = Pages();

        Assert.Equal(("0", "0", "0"), (Count("outcomes"), Count("events"), Count("updates")));
        await FillAsync("second", 400, Samples.Time, 4000);
        Assert.Equal(size, Pages());
    }

    [Theory]
    [InlineData(1_000, 10)]
    [InlineData(20, 1024 * 1024)]
    public async Task Much_is_forgotten_in_several_commits_so_that_others_can_write_in_between(int count, int bytes)
    {
        await FillAsync("old", count, Samples.Time, bytes);
        var before = Database.Commits;

        Assert.Equal(count, await Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));

        // Outcomes and updates, each in more than one.
        Assert.InRange(Database.Commits - before, 6, 40);
        Assert.Equal(("0", "0", "0"), (Count("outcomes"), Count("events"), Count("updates")));
    }

    [Fact]
    public async Task Forgetting_stops_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        await FillAsync("old", 10, Samples.Time);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Outcomes.PruneAsync(Samples.Time.AddDays(1), stop.Token));

        Assert.Equal("10", Count("outcomes"));
    }

    /// <summary>Events that have ended, each with an update.</summary>
    private async Task FillAsync(string name, int count, DateTimeOffset at, int bytes = 0)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"{name}-{i}").ToList();
        var content = Samples.JsonOf(bytes);
        await Outcomes.ReceiveAsync([.. ids.Select(id => Samples.Received(id, at) with { Event = content })], Cancellation);
        await Outcomes.ConcludeAsync([.. ids.Select(id => Samples.Ended(id, OutcomeStatus.Applied, at, userId: id))], Cancellation);
        await Task.WhenAll(ids.Select(id => Outcomes.SaveAsync(NewUpdate(id), Cancellation)));

        Update NewUpdate(string id) => new()
        {
            Id = id,
            Account = "account-1",
            UserId = id,
            Patch = content,
            StartedAt = at,
            Duration = TimeSpan.Zero,
            Events = 1,
        };
    }

    private string Count(string table) => SqliteFixture.Ask(Database, $"SELECT count(*) FROM {table}");

    private string Pages() => SqliteFixture.Ask(Database, "PRAGMA page_count");
}
