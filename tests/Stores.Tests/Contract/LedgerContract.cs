using System.Text.Json;
using CsCheck;
using UserSync.Ledger;

namespace Stores.Tests.Contract;

/// <summary>What every store of ledgers has to do.</summary>
public abstract class LedgerContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private static readonly UserKey Ada = new("account-1", "ada");

    [Fact]
    public async Task What_was_written_can_be_written_on_without_reading_it()
    {
        var first = await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var second = await Ledgers.TryWriteAsync(Ada, Samples.Ledger("b", 1_900_000), first, Cancellation);
        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("c"), second, Cancellation));

        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("d"), first, Cancellation));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("d"), second, Cancellation));
        Assert.Equal(Samples.Text(Samples.Ledger("c")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task Of_an_unknown_user_nothing_is_known()
    {
        var row = await Ledgers.ReadAsync(Ada, Cancellation);

        Assert.Null(row.Version);
        Assert.Empty(row.Ledger.Fields);
        Assert.Null(row.Ledger.Lease);
    }

    [Fact]
    public async Task A_first_ledger_is_written_where_there_was_none()
    {
        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation));

        var row = await Ledgers.ReadAsync(Ada, Cancellation);
        Assert.NotNull(row.Version);
        Assert.Equal(Samples.Text(Samples.Ledger("a")), Samples.Text(row.Ledger));
    }

    [Fact]
    public async Task A_ledger_is_written_on_the_version_that_was_read()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var first = await Ledgers.ReadAsync(Ada, Cancellation);

        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), first.Version, Cancellation));

        var second = await Ledgers.ReadAsync(Ada, Cancellation);
        Assert.NotEqual(first.Version, second.Version);
        Assert.Equal(Samples.Text(Samples.Ledger("b")), Samples.Text(second.Ledger));
    }

    [Fact]
    public async Task A_first_ledger_is_refused_where_somebody_was_faster()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);

        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), null, Cancellation));

        Assert.Equal(Samples.Text(Samples.Ledger("a")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task A_ledger_is_refused_where_somebody_was_faster()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var row = await Ledgers.ReadAsync(Ada, Cancellation);
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), row.Version, Cancellation);

        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("c"), row.Version, Cancellation));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("c"), null, Cancellation));

        Assert.Equal(Samples.Text(Samples.Ledger("b")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task A_version_of_a_user_is_none_of_another_user_of_whom_nothing_is_known()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var row = await Ledgers.ReadAsync(Ada, Cancellation);

        Assert.Null(await Ledgers.TryWriteAsync(Ada with { UserId = "bob" }, Samples.Ledger("b"), row.Version, Cancellation));

        Assert.Null((await Ledgers.ReadAsync(Ada with { UserId = "bob" }, Cancellation)).Version);
    }

    [Fact]
    public async Task The_same_ledger_written_again_is_a_new_version()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var first = await Ledgers.ReadAsync(Ada, Cancellation);

        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, first.Ledger, first.Version, Cancellation));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, first.Ledger, first.Version, Cancellation));
    }

    [Fact]
    public async Task Thirty_writers_of_one_user_lose_no_update()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => MergeAsync(Ledgers, i), Cancellation)));

        Assert.Equal(30, (await Ledgers.ReadAsync(Ada, Cancellation)).Ledger.Fields.Count);
    }

    [Fact]
    public async Task Writers_in_two_processes_lose_no_update()
    {
        var other = await Fixture.ReopenAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => MergeAsync(i % 2 == 0 ? Ledgers : other.Ledgers, i), Cancellation)));

        Assert.Equal(20, (await Ledgers.ReadAsync(Ada, Cancellation)).Ledger.Fields.Count);
        Assert.Equal(20, (await other.Ledgers.ReadAsync(Ada, Cancellation)).Ledger.Fields.Count);
    }

    [Fact]
    public async Task Everything_that_a_ledger_says_survives()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.FullLedger(), null, Cancellation);

        var ledger = (await Ledgers.ReadAsync(Ada, Cancellation)).Ledger;

        Assert.Equal(Samples.Text(Samples.FullLedger()), Samples.Text(ledger));
        Assert.Equal(Samples.FullLedger().Lease, ledger.Lease);
        Assert.Equal(2, ledger.Fields.Values.Count(field => field.InDoubt));
    }

    [Fact]
    public async Task An_empty_ledger_is_a_ledger()
    {
        await Ledgers.TryWriteAsync(Ada, UserLedger.Empty, null, Cancellation);

        Assert.NotNull((await Ledgers.ReadAsync(Ada, Cancellation)).Version);
        Assert.Null(await Ledgers.TryWriteAsync(Ada, UserLedger.Empty, null, Cancellation));
    }

    [Theory]
    [InlineData(20 * 1024)]
    [InlineData(40 * 1024)]
    [InlineData(65 * 1024)]
    [InlineData(100 * 1024)]
    [InlineData(900 * 1024)]
    [InlineData(3 * 1024 * 1024)]
    public async Task A_large_ledger_survives_and_can_grow_and_shrink(int bytes)
    {
        var large = Samples.Ledger("large", bytes);
        foreach (var ledger in (UserLedger[])[Samples.Ledger("small"), large, Samples.Ledger("Large", bytes + 1000), Samples.Ledger("small again"), large])
        {
            var row = await Ledgers.ReadAsync(Ada, Cancellation);
            Assert.NotNull(await Ledgers.TryWriteAsync(Ada, ledger, row.Version, Cancellation));
            Assert.Null(await Ledgers.TryWriteAsync(Ada, large, row.Version, Cancellation));
            Assert.Equal(Samples.Text(ledger), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
        }
    }

    [Fact]
    public async Task A_first_ledger_may_be_large()
    {
        var large = Samples.Ledger("large", 1_500_000);

        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, large, null, Cancellation));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, large, null, Cancellation));

        Assert.Equal(Samples.Text(large), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Theory]
    [MemberData(nameof(HostileText.Keys), MemberType = typeof(HostileText))]
    public async Task Any_id_is_a_key(string id)
    {
        var user = new UserKey("account-1", id);

        Assert.NotNull(await Ledgers.TryWriteAsync(user, Samples.Ledger("a"), null, Cancellation));
        var row = await Ledgers.ReadAsync(user, Cancellation);
        Assert.NotNull(await Ledgers.TryWriteAsync(user, Samples.Ledger("b"), row.Version, Cancellation));

        Assert.Equal(Samples.Text(Samples.Ledger("b")), Samples.Text((await Ledgers.ReadAsync(user, Cancellation)).Ledger));
    }

    [Fact]
    public async Task Ids_that_look_alike_are_different_keys()
    {
        var users = HostileText.Keys.Select(row => row.Data).SelectMany(id => (UserKey[])[new("account-1", id), new(id, "user-1")]).ToList();

        await Task.WhenAll(users.Select(async user => Assert.NotNull(await Ledgers.TryWriteAsync(user, Of(user), null, Cancellation))));

        Assert.All(await Task.WhenAll(users.Select(async user => (user, (await Ledgers.ReadAsync(user, Cancellation)).Ledger))), pair => Assert.Equal(Samples.Text(Of(pair.user)), Samples.Text(pair.Ledger)));
    }

    [Fact]
    public async Task No_two_users_ever_meet()
    {
        var written = new Dictionary<UserKey, UserLedger>();
        await Gen.Select(HostileText.Any, HostileText.Any).Array[1, 10].SampleAsync(
            async pairs =>
            {
                foreach (var user in pairs.Select(pair => new UserKey(pair.Item1, pair.Item2)))
                {
                    var row = await Ledgers.ReadAsync(user, Cancellation);
                    Assert.Equal(Samples.Text(written.GetValueOrDefault(user, UserLedger.Empty)), Samples.Text(row.Ledger));
                    Assert.NotNull(await Ledgers.TryWriteAsync(user, Of(user), row.Version, Cancellation));
                    written[user] = Of(user);
                }
            },
            iter: 60,
            threads: 1);

        foreach (var (user, ledger) in written)
        {
            Assert.Equal(Samples.Text(ledger), Samples.Text((await Ledgers.ReadAsync(user, Cancellation)).Ledger));
        }
    }

    [Fact]
    public async Task Another_process_sees_what_was_written_and_writes_on_it()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.FullLedger(), null, Cancellation);

        var other = await Fixture.ReopenAsync();
        var row = await other.Ledgers.ReadAsync(Ada, Cancellation);
        Assert.NotNull(await other.Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), row.Version, Cancellation));

        Assert.Equal(Samples.Text(Samples.FullLedger()), Samples.Text(row.Ledger));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("c"), row.Version, Cancellation));
        Assert.Equal(Samples.Text(Samples.Ledger("b")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task Of_two_who_are_about_to_update_a_user_one_has_it_until_it_is_released()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var other = await Fixture.ReopenAsync();
        var (mine, theirs) = (NewLease("mine"), NewLease("theirs"));

        var held = await TakeAsync(Ledgers, mine);
        var tried = await TakeAsync(other.Ledgers, theirs);
        var seen = await other.Ledgers.ReadAsync(Ada, Cancellation);
        await EndAsync(Ledgers, held, mine);
        other.Ledgers.Release(Ada, theirs);
        var free = await other.Ledgers.ReadAsync(Ada, Cancellation);
        var taken = await TakeAsync(other.Ledgers, theirs);

        Assert.True(held.IsHeldBy(mine));
        Assert.True(tried.IsLeased(Fixture.Now) && !tried.IsHeldBy(theirs));
        Assert.True(seen.IsLeased(Fixture.Now) && !seen.IsHeldBy(theirs));
        Assert.True(taken.IsHeldBy(theirs));
        Assert.Equal("a", taken.Ledger.Fields.Values.Single().Newest.Value.Trim('"'));
        Assert.Null(free.Lease);
        Assert.All(free.Ledger.Fields.Values, field => Assert.False(field.InDoubt));
    }

    [Fact]
    public async Task A_user_of_whom_nothing_is_known_can_be_had_as_well()
    {
        var (mine, theirs) = (NewLease("mine"), NewLease("theirs"));

        var held = await TakeAsync(Ledgers, mine);
        var tried = await TakeAsync(Ledgers, theirs);
        await EndAsync(Ledgers, held, mine);

        Assert.True(held.IsHeldBy(mine));
        Assert.False(tried.IsHeldBy(theirs));
        Assert.True((await TakeAsync(Ledgers, theirs)).IsHeldBy(theirs));
    }

    [Fact]
    public async Task Users_do_not_hold_each_other()
    {
        var leases = Enumerable.Range(0, 50).Select(i => (User: new UserKey("account-1", $"user-{i}"), Lease: NewLease($"{i}"))).ToList();

        var held = await Task.WhenAll(leases.Select(async pair => (await TakeAsync(Ledgers, pair.Lease, pair.User)).IsHeldBy(pair.Lease)));

        Assert.All(held, Assert.True);
    }

    [Fact]
    public async Task Nobody_ends_the_lease_of_another()
    {
        var (mine, theirs) = (NewLease("mine"), NewLease("theirs"));
        await TakeAsync(Ledgers, mine);

        Ledgers.Release(Ada, theirs);
        (await Fixture.ReopenAsync()).Ledgers.Release(Ada, mine);

        Assert.True((await Ledgers.ReadAsync(Ada, Cancellation)).IsHeldBy(mine));
    }

    [Fact]
    public async Task After_a_lease_that_ended_by_itself_what_Truto_has_is_in_doubt_and_who_had_it_notices()
    {
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var mine = NewLease("mine", seconds: 1);
        var held = await TakeAsync(Ledgers, mine);
        await Fixture.PassAsync(TimeSpan.FromSeconds(2));
        var theirs = NewLease("theirs");

        var taken = await TakeAsync((await Fixture.ReopenAsync()).Ledgers, theirs);

        Assert.True(taken.IsHeldBy(theirs));
        Assert.All(taken.Ledger.Fields.Values, field => Assert.True(field.InDoubt));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, held.Ledger.Release("mine"), held.Version, Cancellation));
        Assert.False((await Ledgers.ReadAsync(Ada, Cancellation)).IsHeldBy(mine));
    }

    [Fact]
    public async Task Who_comes_late_notices_also_where_nothing_was_known_of_the_user()
    {
        var held = await TakeAsync(Ledgers, NewLease("mine", seconds: 1));
        await Fixture.PassAsync(TimeSpan.FromSeconds(2));
        await TakeAsync(Ledgers, NewLease("theirs"));

        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("mine"), held.Version, Cancellation));
    }

    [Fact]
    public async Task Thirty_who_are_about_to_update_a_user_do_it_one_after_the_other()
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(
            async () =>
            {
                var lease = NewLease($"{i}");
                LedgerRow row;
                while (!(row = await TakeAsync(Ledgers, lease)).IsHeldBy(lease))
                {
                    await Task.Yield();
                }

                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                await EndAsync(Ledgers, row with { Ledger = row.Ledger.Merge([Samples.Register($"field_{i}", "x")]) }, lease);
            },
            Cancellation)));

        Assert.Equal(1, most);
        Assert.Equal(30, (await Ledgers.ReadAsync(Ada, Cancellation)).Ledger.Fields.Count);
    }

    private Lease NewLease(string owner, int seconds = 45) => new(owner, Fixture.Now.AddSeconds(seconds));

    /// <summary>Takes a lease as whoever updates a user does: what is about to be sent is in doubt.</summary>
    private async Task<LedgerRow> TakeAsync(ILedgerStore ledgers, Lease lease, UserKey? user = null)
    {
        var row = await ledgers.ReadToUpdateAsync(user ?? Ada, lease, Cancellation);
        if (row.IsHeldBy(lease) || row.IsLeased(Fixture.Now))
        {
            return row;
        }

        var leased = row.Ledger.Take(lease, row.Ledger.Fields.Keys);
        var version = await ledgers.TryWriteAsync(user ?? Ada, leased, row.Version, Cancellation);
        return version is null ? row : new LedgerRow(leased, version);
    }

    /// <summary>Ends a lease as whoever has updated a user does: what was sent is acknowledged.</summary>
    private static async Task EndAsync(ILedgerStore ledgers, LedgerRow held, Lease lease)
    {
        var acknowledged = held.Ledger.Acknowledge([.. held.Ledger.Fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Newest))], "update");
        Assert.NotNull(await ledgers.TryWriteAsync(Ada, acknowledged.Release(lease.Owner), held.Version, Cancellation));
        ledgers.Release(Ada, lease);
    }

    /// <summary>A ledger that names its user.</summary>
    private static UserLedger Of(UserKey user) => Samples.Ledger(JsonSerializer.Serialize(user));

    /// <summary>Sets a field of the writer's own, as often as it takes.</summary>
    private static async Task MergeAsync(ILedgerStore ledgers, int writer)
    {
        LedgerRow row;
        do
        {
            row = await ledgers.ReadAsync(Ada, Cancellation);
        }
        while (await ledgers.TryWriteAsync(Ada, row.Ledger.Merge([Samples.Register($"field_{writer}", "x")]), row.Version, Cancellation) is null);
    }
}
