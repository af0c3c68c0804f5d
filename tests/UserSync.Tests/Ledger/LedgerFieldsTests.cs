using CsCheck;
using UserSync.Ledger;
using UserSync.Mapping;

namespace UserSync.Tests.Ledger;

public sealed class LedgerFieldsTests
{
    private static readonly Gen<FieldName> Names = Gen.Select(
        Gen.OneOf("email", "name", "custom_fields", "remote_data", "Email"), Gen.OneOf<string?>(null, "a", "b", "ab", "é", "😀", "\uFFFD"), (root, key) => new FieldName(root, key));

    private static readonly Gen<FieldState> States = Gen.Int[0, 9].Select(second => new FieldState(Registers.Of(Registers.Email, second, "1").Value, null));

    [Fact]
    public void They_are_what_was_set_and_not_removed_since_in_the_order_of_their_names() =>
        Gen.Select(Names, States.Null()).Array[0, 30].Sample(changes =>
        {
            var fields = LedgerFields.Empty;
            var known = new SortedDictionary<FieldName, FieldState>();
            foreach (var (name, state) in changes)
            {
                var before = fields.ToList();
                var after = state is null ? fields.Remove(name) : fields.Set(name, state);
                Assert.Equal(before, fields);
                fields = after;
                if (state is null)
                {
                    known.Remove(name);
                }
                else
                {
                    known[name] = state;
                }
            }

            Assert.Equal(known, fields);
            Assert.Equal(known, fields.Span.ToArray());
            Assert.Equal(known.Keys, fields.Keys);
            Assert.Equal(known.Values, fields.Values);
            Assert.Equal(known.Count, fields.Count);
            Assert.Equal(known.Keys, fields.Select(field => field.Key).Order());
        });

    [Fact]
    public void They_are_the_same_in_whatever_order_they_come() => Gen.Select(Names, States).Array[0, 12].Sample(given =>
    {
        var fields = given.Aggregate(LedgerFields.Empty, (known, field) => known.Set(field.Item1, field.Item2));

        Assert.Equal(fields, LedgerFields.Of([.. given.Select(field => KeyValuePair.Create(field.Item1, field.Item2))]));
        Assert.Equal(fields, LedgerFields.Of([.. fields]));
    });

    [Fact]
    public void A_field_of_which_nothing_is_known_is_not_there()
    {
        var state = new FieldState(Registers.Of(Registers.Email, 1, "1").Value, null);
        var fields = LedgerFields.Empty.Set(Registers.Email, state);

        Assert.Equal((state, null), (fields.Find(Registers.Email), fields.Find(new FieldName("email", "key"))));
        Assert.Equal((true, false), (fields.ContainsKey(Registers.Email), fields.ContainsKey(new FieldName("name"))));
        Assert.Equal((true, false), (fields.TryGetValue(Registers.Email, out _), fields.TryGetValue(new FieldName("name"), out _)));
        Assert.Equal(state, fields[Registers.Email]);
        Assert.Equal(
            "Nothing is known of the field custom_fields.tier.",
            Assert.Throws<KeyNotFoundException>(() => fields[new FieldName("custom_fields", "tier")]).Message);
        Assert.Same(fields, fields.Remove(new FieldName("name")));
        Assert.Equal("email", fields.ToString());
    }

    [Fact]
    public void A_map_as_a_whole_comes_before_its_keys()
    {
        FieldName[] order = [new("custom_fields"), new("custom_fields", "A"), new("custom_fields", "a"), new("email"), new("name")];

        Assert.Equal(order, order.Reverse().Order());
        for (var i = 1; i < order.Length; i++)
        {
            Assert.True(order[i - 1] < order[i] && order[i - 1] <= order[i] && order[i] > order[i - 1] && order[i] >= order[i - 1]);
        }
    }
}
