using CsCheck;
using UserSync.Ledger;
using UserSync.Sqlite.Leases;

namespace Stores.Tests.Sqlite;

public sealed class LeaseWordTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_lease_is_somebodys_and_ends_at_most_a_second_later() =>
        Gen.Select(Gen.UInt[0, (1 << LeaseWord.UserBits) - 1], Gen.Long[0, TimeSpan.TicksPerDay * 30], Gen.String).Sample((user, ticks, owner) =>
        {
            var until = Now.AddTicks(ticks);

            var word = LeaseWord.Of(user, new Lease(owner, until));

            Assert.False(word.IsNone);
            Assert.Equal(user, word.User);
            Assert.InRange(word.Until, until, until.AddSeconds(1));
        });

    [Fact]
    public void Even_a_lease_that_never_was_or_never_ends_is_somebodys()
    {
        Assert.False(LeaseWord.Of(0, new Lease(string.Empty, DateTimeOffset.MinValue)).IsNone);
        Assert.True(LeaseWord.Of(0, new Lease(string.Empty, DateTimeOffset.MaxValue)).Until > Now.AddYears(100));
        Assert.True(LeaseWord.None.IsNone);
    }

    [Fact]
    public void Two_takings_of_a_user_at_the_same_time_are_seldom_the_same_word() =>
        Assert.True(Enumerable.Range(0, 100).Select(i => LeaseWord.Of(7, new Lease($"owner-{i}", Now))).Distinct().Count() > 50);
}
