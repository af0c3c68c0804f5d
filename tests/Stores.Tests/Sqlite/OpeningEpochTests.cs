using System.Diagnostics;
using System.Globalization;
using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Sqlite;
using UserSync.Sqlite.Leases;

namespace Stores.Tests.Sqlite;

/// <summary>What is known after a process died, and after the machine lost its power.</summary>
public sealed class OpeningEpochTests : IAsyncLifetime
{
    private static readonly UserKey Ada = new("account-1", "ada");

    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ILedgerStore Ledgers => fixture.Stores.Ledgers;

    private string LeasesPath => fixture.DatabasePath + "-leases";

    public async ValueTask InitializeAsync()
    {
        await fixture.InitializeAsync();
        Assert.NotNull(await fixture.Stores.Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation));
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task After_the_file_was_closed_nothing_is_in_doubt()
    {
        fixture.Database.Dispose();

        Assert.False(await IsInDoubtAsync());
    }

    [Fact]
    public async Task After_a_process_died_nothing_is_in_doubt_but_what_it_was_about()
    {
        var bob = Ada with { UserId = "bob" };
        await fixture.Stores.Ledgers.TryWriteAsync(bob, Samples.Ledger("b"), null, Cancellation);
        await fixture.Stores.Ledgers.ReadToUpdateAsync(bob, new Lease("dead", fixture.Now.AddSeconds(45)), Cancellation);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));

        // Whoever has it open still is dead, as far as this one knows.
        Assert.False(await IsInDoubtAsync());
        Assert.True(await IsInDoubtAsync(bob));
        Assert.Empty(fixture.Database.Leases.Abandoned(fixture.Now));
    }

    [Fact]
    public async Task A_lease_of_a_process_that_died_holds_until_it_ends()
    {
        await fixture.Stores.Ledgers.ReadToUpdateAsync(Ada, new Lease("dead", fixture.Now.AddSeconds(45)), Cancellation);

        var row = await (await fixture.ReopenAsync()).Ledgers.ReadAsync(Ada, Cancellation);

        Assert.True(row.IsLeased(fixture.Now));
        Assert.All(row.Ledger.Fields.Values, field => Assert.False(field.InDoubt));
    }

    [Fact]
    public async Task After_a_loss_of_power_everything_is_in_doubt_until_it_is_written_again()
    {
        await OpenedAtAnotherStartAsync();

        Assert.True(await IsInDoubtAsync());
        Assert.True(await IsInDoubtAsync());

        var ledgers = (await fixture.ReopenAsync()).Ledgers;
        var row = await ledgers.ReadAsync(Ada, Cancellation);
        var settled = row.Ledger.Acknowledge([.. row.Ledger.Fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Newest))], "update");
        Assert.NotNull(await ledgers.TryWriteAsync(Ada, settled, row.Version, Cancellation));
        Assert.False(await IsInDoubtAsync());
    }

    [Fact]
    public async Task After_a_file_was_closed_before_the_power_was_lost_nothing_is_in_doubt()
    {
        fixture.Database.Dispose();
        File.Delete(LeasesPath);

        Assert.False(await IsInDoubtAsync());
    }

    [Fact]
    public async Task Where_the_leases_of_a_file_that_was_not_closed_are_gone_everything_is_in_doubt()
    {
        File.Delete(LeasesPath);

        Assert.True(await IsInDoubtAsync());
    }

    [Fact]
    public async Task Whoever_was_taken_for_lost_and_is_there_still_keeps_sharing_its_leases()
    {
        await OpenedAtAnotherStartAsync();
        using (SqliteDatabase.Open(fixture.DatabasePath, fixture.Database.Time))
        {
        }

        var lease = new Lease("mine", fixture.Now.AddSeconds(45));
        await fixture.Stores.Ledgers.ReadToUpdateAsync(Ada, lease, Cancellation);
        using var third = SqliteDatabase.Open(fixture.DatabasePath, fixture.Database.Time);

        Assert.NotNull(third.Leases.Find(LedgerSlot.First(Ada)));
        Assert.Null(third.Leases.Find(LedgerSlot.First(Ada with { UserId = "bob" })));
    }

    [Fact]
    public async Task Where_the_first_opening_after_the_leases_were_lost_fails_the_next_one_knows_of_it()
    {
        await fixture.Database.WriteAsync(
            static session =>
            {
                session.RunScript("CREATE TRIGGER broken BEFORE INSERT ON openings BEGIN SELECT raise(ABORT, 'no'); END");
                return true;
            },
            Cancellation);
        File.Delete(LeasesPath);
        Assert.Throws<SqliteStoreException>(() => SqliteDatabase.Open(fixture.DatabasePath));
        await fixture.Database.WriteAsync(static session => session.Run("DROP TRIGGER broken"), Cancellation);

        Assert.True(await IsInDoubtAsync());
    }

    [Fact]
    public void There_is_room_on_the_disk_for_all_leases_before_the_first_is_taken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How much room a file has is asked as on Linux.");
        using var stat = Process.Start(new ProcessStartInfo("stat", ["--format=%b %B", LeasesPath]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var numbers = stat.StandardOutput.ReadToEnd().Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(LeasePlaces.Count * sizeof(long), new FileInfo(LeasesPath).Length);
        Assert.InRange(numbers[0] * numbers[1], LeasePlaces.Count * sizeof(long), long.MaxValue);
    }

    [Fact]
    public async Task Of_a_user_who_has_no_ledger_yet_the_lease_stays_for_whoever_comes_next()
    {
        var bob = Ada with { UserId = "bob" };
        await fixture.Stores.Ledgers.ReadToUpdateAsync(bob, new Lease("dead", fixture.Now.AddSeconds(45)), Cancellation);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));

        var stores = await fixture.ReopenAsync();
        Assert.Single(fixture.Database.Leases.Abandoned(fixture.Now));
        var mine = new Lease("mine", fixture.Now.AddSeconds(45));

        var row = await stores.Ledgers.ReadToUpdateAsync(bob, mine, Cancellation);

        Assert.True(row.IsHeldBy(mine));
        Assert.NotNull(row.Version);
        Assert.Empty(row.Ledger.Fields);
        Assert.Empty(fixture.Database.Leases.Abandoned(fixture.Now));
    }

    [Fact]
    public async Task Where_another_user_has_the_place_there_is_a_second_one()
    {
        var (user, others) = Crowd();
        var mine = new Lease("mine", fixture.Now.AddSeconds(45));
        var theirs = new Lease("theirs", fixture.Now.AddSeconds(45));
        var first = new Lease("first", fixture.Now.AddSeconds(45));
        Assert.True((await Ledgers.ReadToUpdateAsync(others[0], first, Cancellation)).IsHeldBy(first));
        Assert.True((await Ledgers.ReadToUpdateAsync(user, mine, Cancellation)).IsHeldBy(mine));
        Ledgers.Release(others[0], first);

        // Its first place is free now, and still it is had.
        var tried = await Ledgers.ReadToUpdateAsync(user, theirs, Cancellation);
        Ledgers.Release(user, mine);
        var taken = await Ledgers.ReadToUpdateAsync(user, theirs, Cancellation);

        Assert.True(tried.IsHeldBy(mine));
        Assert.True(taken.IsHeldBy(theirs));
        Ledgers.Release(user, theirs);
        Assert.True(fixture.Database.Leases.IsEmpty);
    }

    [Fact]
    public async Task Who_has_others_in_both_places_waits_and_takes_over_what_was_left_there()
    {
        var (user, others) = Crowd();
        await Ledgers.TryWriteAsync(others[1], Samples.Ledger("other"), null, Cancellation);
        foreach (var other in others)
        {
            var lease = new Lease(other.UserId, fixture.Now.AddSeconds(45));
            Assert.True((await Ledgers.ReadToUpdateAsync(other, lease, Cancellation)).IsHeldBy(lease));
        }

        var mine = new Lease("mine", fixture.Now.AddMinutes(10));
        var waits = await Ledgers.ReadToUpdateAsync(user, mine, Cancellation);
        Assert.Null((await Ledgers.ReadAsync(user, Cancellation)).Lease);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        var takes = await Ledgers.ReadToUpdateAsync(user, mine, Cancellation);

        Assert.True(waits.IsLeased(fixture.Now.AddMinutes(-1)) && !waits.IsHeldBy(mine));
        Assert.True(takes.IsHeldBy(mine));
        Assert.All((await Ledgers.ReadAsync(others[1], Cancellation)).Ledger.Fields.Values, field => Assert.True(field.InDoubt));
    }

    /// <summary>A user, and two of whom each has one of the user's places as its own first.</summary>
    private static (UserKey User, UserKey[] Others) Crowd()
    {
        var places = LeasePlaces.Of(LedgerSlot.First(Ada));
        var others = Enumerable.Range(0, int.MaxValue).Select(i => Ada with { UserId = $"user-{i}" });
        return (Ada, [
            others.First(other => LeasePlaces.Of(LedgerSlot.First(other)).First == places.First),
            others.First(other => LeasePlaces.Of(LedgerSlot.First(other)).First == places.Other),
        ]);
    }

    /// <summary>Leaves the file as a process does that had it open when the machine lost its power.</summary>
    private async Task OpenedAtAnotherStartAsync() => await fixture.Database.WriteAsync(
        static session => session.Run("UPDATE openings SET machine_start = 'another'"), Cancellation);

    private async Task<bool> IsInDoubtAsync(UserKey? user = null)
    {
        var row = await (await fixture.ReopenAsync()).Ledgers.ReadAsync(user ?? Ada, Cancellation);
        return row.Ledger.Fields.Values.All(field => field.InDoubt);
    }
}
