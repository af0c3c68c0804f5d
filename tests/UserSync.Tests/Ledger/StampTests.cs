using CsCheck;
using UserSync.Ledger;
using UserSync.Tests.Support;

namespace UserSync.Tests.Ledger;

public sealed class StampTests
{
    [Fact]
    public void Stamps_are_totally_ordered() => Gen.Select(Registers.Stamps, Registers.Stamps, Registers.Stamps).Sample((x, y, z) =>
    {
        Assert.Equal(Math.Sign(x.CompareTo(y)), -Math.Sign(y.CompareTo(x)));
        Assert.Equal(x == y, x.CompareTo(y) == 0);
        Assert.True(x.CompareTo(y) > 0 || y.CompareTo(z) > 0 || x.CompareTo(z) <= 0, "x ≤ y ≤ z, but not x ≤ z");
        Assert.Equal((x.CompareTo(y) < 0, x.CompareTo(y) <= 0, x.CompareTo(y) >= 0, x.CompareTo(y) > 0), (x < y, x <= y, x >= y, x > y));
    });

    [Fact]
    public void Registers_are_totally_ordered_also_where_their_stamps_are_equal() => Gen.Select(Registers.Any, Registers.Any, Registers.Any).Sample((x, y, z) =>
    {
        Assert.Equal(Math.Sign(x.CompareTo(y)), -Math.Sign(y.CompareTo(x)));
        Assert.Equal(x.Equals(y), x.CompareTo(y) == 0);
        Assert.True(x.CompareTo(y) > 0 || y.CompareTo(z) > 0 || x.CompareTo(z) <= 0, "x ≤ y ≤ z, but not x ≤ z");
        Assert.Equal((x.CompareTo(y) < 0, x.CompareTo(y) <= 0, x.CompareTo(y) >= 0, x.CompareTo(y) > 0), (x < y, x <= y, x >= y, x > y));
        Assert.Equal(x.CompareTo(y) > 0, x.IsNewerThan(y));
    });

    [Fact]
    public void A_register_is_newer_than_none()
    {
        var register = new Register(Registers.At(0), "null");
        Register none = null!;
        Register nothing = null!;

        Assert.True(register.IsNewerThan(null));
        Assert.Equal((true, true, false, false), (none < register, none <= register, none >= register, none > register));
        Assert.Equal((false, true, true, false), (none < nothing, none <= nothing, none >= nothing, none > nothing));
    }

    [Fact]
    public void The_later_stamp_is_the_one_of_the_later_time_then_id_then_source_then_replay()
    {
        Stamp[] ordered =
        [
            Registers.At(1, "z", "z", 9),
            Registers.At(2, "A", "z", 9),
            Registers.At(2, "a", "s", 9),
            Registers.At(2, "a", "t"),
            Registers.At(2, "a", "t", 1),
            Registers.At(2, "ab", "a"),
            Registers.At(2, "b", "a"),
        ];

        Assert.Equal(ordered, ordered.Reverse().Order());
    }

    [Fact]
    public void A_time_is_the_same_in_every_time_zone()
    {
        var utc = new Stamp(Now.Time, "e", "s");
        var elsewhere = new Stamp(Now.Time.ToOffset(TimeSpan.FromHours(5)), "e", "s");
        Assert.False(utc < elsewhere);
        Assert.False(utc > elsewhere);

        Assert.Equal((0, true), (utc.CompareTo(elsewhere), utc == elsewhere));
    }

    [Fact]
    public void Of_two_contents_of_one_event_the_greater_text_counts()
    {
        var stamp = Registers.At(0);

        Assert.Equal(["\"a\"", "\"b\"", "1", "null"], new[] { "null", "\"b\"", "1", "\"a\"" }.Select(value => new Register(stamp, value)).Order().Select(register => register.Value));
    }
}
