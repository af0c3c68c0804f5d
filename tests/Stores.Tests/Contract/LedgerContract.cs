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
