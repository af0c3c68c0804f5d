using CsCheck;
using Stores.Tests.Contract;
using UserSync.Azure.Storage;

namespace Stores.Tests.Azure;

public sealed class TableKeyTests
{
    [Fact]
    public void Different_pairs_of_any_texts_have_different_keys() => Gen.Select(Pair, Pair).Sample(
        (one, other) => Assert.Equal(one == other, TableKey.Of(one.First, one.Second) == TableKey.Of(other.First, other.Second)));

    [Fact]
    public void What_looks_alike_has_different_keys()
    {
        // Not as a theory's data: attributes are UTF-8, which has no lone surrogates.
        ((string, string) One, (string, string) Other)[] pairs =
        [
            (("ab", "c"), ("a", "bc")),
            (("", "a"), ("a", "")),
            (("a", ""), ("", "a")),
            (("a\0", "b"), ("a", "\0b")),
            (("\ud800", ""), ("\ud801", "")),
            (("\ud800", ""), ("\ufffd", "")),
            (("A", "a"), ("a", "A")),
            (("é", ""), ("e\u0301", "")),
        ];

        Assert.All(pairs, pair => Assert.NotEqual(Key(pair.One), Key(pair.Other)));

        static string Key((string First, string Second) texts) => TableKey.Of(texts.First, texts.Second);
    }

    [Theory]
    [MemberData(nameof(HostileText.Keys), MemberType = typeof(HostileText))]
    public void Every_key_has_the_alphabet_and_the_length_that_tables_take(string text) =>
        Assert.Matches("^[0-9a-f]{64}$", TableKey.Of("account", text));

    [Fact]
    public void The_same_text_has_the_same_key_in_every_version() =>
        Assert.Equal("658c40300fa9b82804d4d4e7e44232bba6a58027e18103ebfe0204ff27acbcb7", TableKey.Of("account-1", "ada"));

    [Fact]
    public void The_later_row_comes_first_in_its_shard() => Gen.Select(Gen.DateTimeOffset, Gen.DateTimeOffset).Sample((one, other) =>
    {
        var digest = TableKey.Of("x");
        var (first, second) = (TimeKey.Of(one, digest), TimeKey.Of(other, digest));
        Assert.Equal(Math.Sign(other.UtcTicks.CompareTo(one.UtcTicks)), Math.Sign(string.CompareOrdinal(first.Row, second.Row)));
        var order = first.Partition == second.Partition ? 0 : Math.Sign(string.CompareOrdinal(first.Row, second.Row));
        Assert.Equal(order, Math.Sign(string.CompareOrdinal(first.Partition, second.Partition)));
        Assert.Equal(first, TimeKey.Of(TimeKey.LeftOf(first.Row), TimeKey.DigestOf(first.Row)));
    });

    [Fact]
    public void A_row_stands_between_the_bounds_of_its_time() => Gen.DateTimeOffset.Sample(at =>
    {
        var left = TimeKey.Left(at);
        var row = TimeKey.Of(at, TableKey.Of("x")).Row;
        Assert.True(string.CompareOrdinal(TimeKey.Before(left), row) < 0);
        Assert.True(string.CompareOrdinal(row, TimeKey.After(left)) < 0);
        Assert.True(TimeKey.IsPosition(row) && TimeKey.IsPosition(TimeKey.Before(left)));
        Assert.False(TimeKey.IsPosition(row + "0") || TimeKey.IsPosition(row[..^1]));
    });

    /// <summary>Two texts of few letters, lone surrogates among them, so that many pairs are nearly the same.</summary>
    private static Gen<(string First, string Second)> Pair
    {
        get
        {
            var text = Gen.OneOf('a', 'b', '/', '\0', '\ud800', '\udc00', '\ufffd', 'é').Array[0, 4].Select(letters => new string(letters));
            return Gen.Select(text, text);
        }
    }
}
