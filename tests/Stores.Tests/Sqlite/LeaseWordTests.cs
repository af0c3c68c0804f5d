using CsCheck;
using UserSync.Ledger;
using UserSync.Sqlite;
using UserSync.Sqlite.Leases;

namespace Stores.Tests.Sqlite;

public sealed class LeaseWordTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_lease_is_somebodys_and_ends_at_most_a_second_later() =>
        Gen.Select(Gen.UInt[0, (1 << LeaseWord.UserBits) - 1], Gen.Long[0, TimeSpan.TicksPerDay * 30], Gen.String, Gen.Bool).Sample((user, ticks, owner, isInOther) =>
        {
            var until = Now.AddTicks(ticks);

            var word = LeaseWord.Of(user, new Lease(owner, until), isInOther);

            Assert.False(word.IsNone);
            Assert.Equal((user, isInOther), (word.User, word.IsInOther));
            Assert.InRange(word.Until, until, until.AddSeconds(1));
        });

    [Fact]
    public void Each_of_the_two_places_says_whose_lease_stands_there() => Gen.Long[0, (1L << LedgerSlot.HashBits) - 1].Sample(hash =>
    {
        var places = LeasePlaces.Of(hash);
        var lease = new Lease("owner", Now);

        Assert.NotEqual(places.First, places.Other);
        Assert.All([places.First, places.Other], place => Assert.InRange(place, 0, LeasePlaces.Count - 1));
        foreach (var (place, isInOther) in ((int, bool)[])[(places.First, false), (places.Other, true)])
        {
            var (first, last) = LeasePlaces.HashesOf(place, LeaseWord.Of(places.User, lease, isInOther));
            Assert.InRange(hash, first, last);
            Assert.Equal((places, places), (LeasePlaces.Of(first), LeasePlaces.Of(last)));
        }
    });

    [Fact]
    public void While_hundreds_of_users_are_being_updated_hardly_anybody_finds_others_in_both_of_its_places()
    {
        var taken = new HashSet<int>();
        foreach (var places in Enumerable.Range(0, 256).Select(PlacesOf))
        {
            _ = taken.Add(places.First) || taken.Add(places.Other);
        }

        var waiting = Enumerable.Range(1000, 200_000).Select(PlacesOf).Count(places => taken.Contains(places.First) && taken.Contains(places.Other));

        Assert.InRange(waiting, 0, 5);

        static LeasePlaces PlacesOf(int user) => LeasePlaces.Of(LedgerSlot.First(new UserKey("account", $"user-{user}")));
    }

    [Fact]
    public void Even_a_lease_that_never_was_or_never_ends_is_somebodys()
    {
        Assert.False(LeaseWord.Of(0, new Lease(string.Empty, DateTimeOffset.MinValue), isInOther: false).IsNone);
        Assert.True(LeaseWord.Of(0, new Lease(string.Empty, DateTimeOffset.MaxValue), isInOther: false).Until > Now.AddYears(100));
        Assert.True(LeaseWord.None.IsNone);
    }

    [Fact]
    public void Two_takings_of_a_user_at_the_same_time_are_seldom_the_same_word() =>
        Assert.True(Enumerable.Range(0, 100).Select(i => LeaseWord.Of(7, new Lease($"owner-{i}", Now), isInOther: false)).Distinct().Count() > 50);
}
