using CsCheck;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Tests.Support;

namespace UserSync.Tests.Ledger;

public sealed class UserLedgerTests
{
    private static readonly Lease Mine = new("mine", Now.Time.AddSeconds(45));

    [Fact]
    public void Merging_is_commutative() => Gen.Select(Registers.Ledger, Registers.Entry, Registers.Entry).Sample((ledger, one, other) =>
        Assert.Equal(ledger.Merge(one).Merge(other).Text(), ledger.Merge(other).Merge(one).Text()));

    [Fact]
    public void Merging_is_associative() => Gen.Select(Registers.Ledger, Registers.Entry, Registers.Entry).Sample((ledger, one, other) =>
        Assert.Equal(ledger.Merge(one).Merge(other).Text(), ledger.Merge(UserLedger.Empty.Merge(one).Merge(other).Pending).Text()));

    [Fact]
    public void Merging_is_idempotent_and_says_so() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var merged = ledger.Merge(entry);

        Assert.Same(merged, merged.Merge(entry));
    });

    [Fact]
    public void Any_order_and_any_repetition_of_the_same_events_ends_in_the_same_ledger() =>
        Gen.Select(Registers.Ledger, Registers.Entry.Array[1, 5]).SelectMany((ledger, entries) => Gen.Select(Gen.Const(ledger), Gen.Const(entries), Gen.Shuffle(entries.Concat(entries).ToArray())))
            .Sample((ledger, entries, shuffled) => Assert.Equal(entries.Aggregate(ledger, Merge).Text(), shuffled.Aggregate(ledger, Merge).Text()));

    [Fact]
    public void Each_field_has_the_greatest_register_that_was_merged() => Registers.Entry.Array[1, 6].Sample(entries =>
    {
        var merged = entries.Aggregate(UserLedger.Empty, Merge);

        var greatest = entries.SelectMany(entry => entry).GroupBy(field => field.Key, field => field.Value).ToDictionary(field => field.Key, field => field.Max()!);
        Assert.Equal(greatest, merged.Fields.ToDictionary(field => field.Key, field => field.Value.Newest));
        Assert.Equal(greatest, merged.Pending.ToDictionary());
    });

    [Fact]
    public void Keys_of_custom_fields_and_remote_data_are_fields_of_their_own()
    {
        var ledger = UserLedger.Empty
            .Merge([Registers.Of(Registers.TierKey, 2, "\"gold\""), Registers.Of(Registers.CityKey, 2, "\"Oslo\"")])
            .Merge([Registers.Of(Registers.TierKey, 3, "\"basic\""), Registers.Of(Registers.CityKey, 1, "\"Rome\""), Registers.Of(new FieldName("remote_data", "tier"), 1, "1")]);

        Assert.Equal(
            ["custom_fields.city: \"Oslo\"", "custom_fields.tier: \"basic\"", "remote_data.tier: 1"],
            ledger.Pending.Select(register => $"{register.Key}: {register.Value.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Merging_touches_neither_what_Truto_has_nor_the_lease() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var merged = ledger.Merge(entry);

        Assert.Equal(ledger.Lease, merged.Lease);
        Assert.All(ledger.Fields, field => Assert.Equal(field.Value.Acknowledged, merged.Fields[field.Key].Acknowledged));
    });

    [Fact]
    public void The_newest_register_of_a_field_is_never_older_than_the_acknowledged_one() => Registers.Ledger.Sample(ledger =>
        Assert.All(ledger.Fields.Values, field => Assert.True(field.Acknowledged is null || field.Newest >= field.Acknowledged.Register)));

    [Fact]
    public void What_Truto_acknowledged_never_becomes_older() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var after = ledger.Acknowledge(entry, "u");

        Assert.All(ledger.Fields, field => Assert.True(
            field.Value.Acknowledged is null || after.Fields[field.Key].Acknowledged!.Register >= field.Value.Acknowledged.Register));
        Assert.All(entry, field => Assert.False(field.Value.IsNewerThan(after.Fields[field.Key].Acknowledged?.Register)));
    });

    [Fact]
    public void After_an_update_of_everything_that_is_pending_nothing_is_and_every_event_has_ended() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var merged = ledger.Merge(entry);
        var after = merged.Acknowledge(merged.Pending, "u");

        Assert.Empty(after.Pending);
        Assert.NotEqual(Standing.Pending, after.StandingOf(entry));
    });

    [Fact]
    public void What_comes_while_an_update_is_under_way_stays_pending()
    {
        var first = UserLedger.Empty.Merge([Registers.Of(Registers.Email, 1, "\"a\""), Registers.Of(Registers.Name, 1, "\"n\"")]);

        var after = first.Merge([Registers.Of(Registers.Email, 2, "\"b\"")]).Acknowledge(first.Pending, "u");

        Assert.Equal([Registers.Of(Registers.Email, 2, "\"b\"")], after.Pending);
        Assert.Equal("\"a\"", after.Fields[Registers.Email].Acknowledged?.Register.Value);
    }

    [Fact]
    public void An_event_is_pending_until_each_of_its_fields_is_acknowledged_or_superseded()
    {
        KeyValuePair<FieldName, Register>[] entry = [Registers.Of(Registers.Email, 2, "\"a\""), Registers.Of(Registers.Name, 2, "\"n\"")];

        Assert.Equal(Standing.Pending, UserLedger.Empty.StandingOf(entry));
        Assert.Equal(Standing.Pending, UserLedger.Empty.Merge(entry).StandingOf(entry));
        Assert.Equal(Standing.Pending, UserLedger.Empty.Acknowledge([entry[0]], "u").StandingOf(entry));
        Assert.Equal(Standing.Acknowledged, UserLedger.Empty.Acknowledge(entry, "u").StandingOf(entry));
        Assert.Equal(Standing.Acknowledged, UserLedger.Empty.Acknowledge([entry[0], Registers.Of(Registers.Name, 3, "\"m\"")], "u").StandingOf(entry));
        Assert.Equal(Standing.Stale, UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 3, "\"b\""), Registers.Of(Registers.Name, 3, "\"m\"")], "u").StandingOf(entry));
    }

    [Fact]
    public void A_newer_value_that_is_only_pending_supersedes_nothing_yet()
    {
        KeyValuePair<FieldName, Register>[] entry = [Registers.Of(Registers.Email, 1, "\"a\"")];

        Assert.Equal(Standing.Pending, UserLedger.Empty.Merge(entry).Merge([Registers.Of(Registers.Email, 2, "\"b\"")]).StandingOf(entry));
    }

    [Fact]
    public void The_update_of_an_event_is_the_one_that_carried_one_of_its_registers()
    {
        var ledger = UserLedger.Empty
            .Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"", "e1")], "u1")
            .Acknowledge([Registers.Of(Registers.Name, 1, "\"n\"", "e1")], updateId: null)
            .Acknowledge([Registers.Of(Registers.TierKey, 2, "1", "e2")], "u2");

        Assert.Equal("u1", ledger.UpdateOf([Registers.Of(Registers.Name, 1, "\"n\"", "e1"), Registers.Of(Registers.Email, 1, "\"a\"", "e1")]));
        Assert.Equal("u2", ledger.UpdateOf([Registers.Of(Registers.Email, 0, "\"a\"", "e2"), Registers.Of(Registers.TierKey, 2, "1", "e2")]));
        Assert.Null(ledger.UpdateOf([Registers.Of(Registers.Name, 1, "\"n\"", "e1")]));
        Assert.Null(ledger.UpdateOf([Registers.Of(Registers.Email, 1, "\"a\"", "e3")]));
    }

    [Fact]
    public void An_event_that_only_says_what_Truto_has_is_acknowledged_without_an_update()
    {
        var ledger = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\""), Registers.Of(Registers.Name, 1, "\"n\"")], "u");
        KeyValuePair<FieldName, Register>[] same = [Registers.Of(Registers.Email, 2, "\"a\""), Registers.Of(Registers.Name, 2, "\"n\"")];

        var after = ledger.Merge(same).AcknowledgeUnchanged(same);

        Assert.Empty(after.Pending);
        Assert.Equal((Standing.Acknowledged, null), (after.StandingOf(same), after.UpdateOf(same)));
        Assert.Equal(new Acknowledged(same[0].Value, null), after.Fields[Registers.Email].Acknowledged);
    }

    [Fact]
    public void Of_a_burst_that_says_what_Truto_has_each_event_is_acknowledged_whichever_is_the_newest()
    {
        KeyValuePair<FieldName, Register>[] older = [Registers.Of(Registers.Email, 2, "\"a\"")];
        KeyValuePair<FieldName, Register>[] newer = [Registers.Of(Registers.Email, 3, "\"a\"")];
        var merged = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"")], "u").Merge(older).Merge(newer);

        var after = merged.AcknowledgeUnchanged(older);

        Assert.Equal((Standing.Acknowledged, Standing.Pending), (after.StandingOf(older), after.StandingOf(newer)));
        Assert.Equal(Standing.Stale, after.AcknowledgeUnchanged(newer).StandingOf(older));
        Assert.Empty(after.AcknowledgeUnchanged(newer).Pending);
    }

    [Fact]
    public void An_event_that_says_what_Truto_has_is_not_unchanged_while_a_newer_one_says_something_else()
    {
        KeyValuePair<FieldName, Register>[] older = [Registers.Of(Registers.Email, 2, "\"a\"")];
        var merged = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"")], "u").Merge(older).Merge([Registers.Of(Registers.Email, 3, "\"b\"")]);

        Assert.Same(merged, merged.AcknowledgeUnchanged(older));
    }

    [Fact]
    public void Of_an_event_that_says_one_new_thing_nothing_is_acknowledged_without_an_update()
    {
        var ledger = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\""), Registers.Of(Registers.Name, 1, "\"n\"")], "u");
        KeyValuePair<FieldName, Register>[] partly = [Registers.Of(Registers.Email, 2, "\"a\""), Registers.Of(Registers.Name, 2, "\"m\"")];
        var merged = ledger.Merge(partly);

        Assert.Same(merged, merged.AcknowledgeUnchanged(partly));
    }

    [Fact]
    public void What_is_in_doubt_is_not_unchanged()
    {
        KeyValuePair<FieldName, Register>[] same = [Registers.Of(Registers.Email, 3, "\"a\"")];
        var ledger = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"")], "u").Merge([Registers.Of(Registers.Email, 2, "\"b\"")]);

        // Somebody began to send "b", and nobody knows whether it arrived.
        var merged = ledger.Take(Mine, [Registers.Email]).Release("mine").Merge(same);

        Assert.Same(merged, merged.AcknowledgeUnchanged(same));
        Assert.Equal(same, merged.Pending);
        Assert.False(merged.Acknowledge(same, "u2").Fields[Registers.Email].InDoubt);
    }

    [Fact]
    public void An_update_that_repeats_what_Truto_has_ends_the_doubt()
    {
        var register = Registers.Of(Registers.Email, 1, "\"a\"");
        var taken = UserLedger.Empty.Acknowledge([register], "u1").Take(Mine, [Registers.Email]);

        Assert.True(taken.Fields[Registers.Email].InDoubt);
        Assert.Equal(new FieldState(register.Value, new Acknowledged(register.Value, "u1")), taken.Acknowledge([register], "u2").Fields[Registers.Email]);
    }

    [Fact]
    public void What_is_dropped_is_as_if_it_had_not_been_merged_and_merges_again() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var settled = ledger.Acknowledge(ledger.Pending, "u");
        var merged = settled.Merge(entry);
        var dropped = merged.Drop(entry);

        Assert.Equal(settled.Text(), dropped.Text());
        Assert.Equal(merged.Text(), dropped.Merge(entry).Text());
    });

    [Fact]
    public void Neither_what_Truto_has_nor_what_is_newer_is_dropped() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var merged = ledger.Merge(entry);
        var dropped = merged.Drop(entry);

        var newest = merged.Pending.Intersect(entry).Select(register => (Stamp?)register.Value.Stamp).Max();
        Assert.Equal(
            merged.Fields.Where(field => field.Value.Acknowledged is not null).ToDictionary(field => field.Key, field => field.Value.Acknowledged),
            dropped.Fields.Where(field => field.Value.Acknowledged is not null).ToDictionary(field => field.Key, field => field.Value.Acknowledged));
        Assert.Equal(
            merged.Pending.Except(entry).Where(register => newest is null || register.Value.Stamp > newest).ToDictionary(),
            dropped.Pending.ToDictionary());
    });

    [Fact]
    public void Of_an_event_whose_other_value_was_superseded_by_what_is_dropped_nothing_stays_that_would_end_it()
    {
        KeyValuePair<FieldName, Register>[] older = [Registers.Of(Registers.Email, 1, "\"a\"", "older"), Registers.Of(Registers.Name, 1, "\"n\"", "older")];
        KeyValuePair<FieldName, Register>[] newer = [Registers.Of(Registers.Name, 2, "\"m\"", "newer")];

        var left = UserLedger.Empty.Merge(older).Merge(newer).Drop(newer);

        Assert.Empty(left.Fields);
        Assert.Equal(UserLedger.Empty.Merge(older).Text(), left.Merge(older).Text());
    }

    [Fact]
    public void What_was_dropped_while_it_was_under_way_and_arrives_is_the_newest()
    {
        KeyValuePair<FieldName, Register>[] entry = [Registers.Of(Registers.Email, 2, "\"b\"")];
        var ledger = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"")], "u1").Merge(entry);

        var after = ledger.Drop(entry).Acknowledge(entry, "u2");

        Assert.Equal(new FieldState(entry[0].Value, new Acknowledged(entry[0].Value, "u2")), after.Fields[Registers.Email]);
    }

    [Fact]
    public void A_lease_ends_by_itself_at_its_time()
    {
        var leased = new LedgerRow(UserLedger.Empty.Take(Mine, []), "1");

        Assert.Equal((true, false), (leased.IsLeased(Mine.Until.AddTicks(-1)), leased.IsLeased(Mine.Until)));
        Assert.False(LedgerRow.None.IsLeased(DateTimeOffset.MinValue));
    }

    [Fact]
    public void A_lease_counts_wherever_it_is_kept()
    {
        var row = new LedgerRow(UserLedger.Empty, "1");

        Assert.False(row.IsHeldBy(Mine));
        Assert.True(new LedgerRow(UserLedger.Empty.Take(Mine, []), "1").IsHeldBy(Mine));
        Assert.True((row with { Lease = Mine }).IsHeldBy(Mine with { Until = DateTimeOffset.MaxValue }));
        Assert.False((row with { Lease = Mine }).IsHeldBy(Mine with { Owner = "another" }));
    }

    [Fact]
    public void What_is_in_doubt_is_neither_unchanged_nor_settled()
    {
        var known = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"")], "u1");

        var doubted = known.Doubt([Registers.Email, new FieldName("nowhere")]);

        Assert.Equal(Registers.Email, Assert.Single(doubted.Doubtful).Key);
        Assert.Same(doubted, doubted.Doubt([Registers.Email]));
        Assert.Same(known, known.Doubt([]));
    }

    [Fact]
    public void A_lease_is_released_by_its_owner_only()
    {
        var leased = UserLedger.Empty.Take(Mine, []);

        Assert.Null(leased.Release("mine").Lease);
        Assert.Same(leased, leased.Release("yours"));
        Assert.Same(leased, leased.Release(string.Empty));
    }

    [Fact]
    public void A_map_that_is_cleared_as_a_whole_forgets_the_keys_that_were_set_before()
    {
        var ledger = UserLedger.Empty
            .Acknowledge([Registers.Of(Registers.TierKey, 1, "\"gold\""), Registers.Of(Registers.CityKey, 1, "\"Oslo\""), Registers.Of(Registers.Email, 1, "\"a\"")], "u1")
            .Merge([Registers.Of(Registers.CityKey, 3, "\"Oslo\"")]);

        var cleared = ledger.Acknowledge([Registers.Of(Registers.CustomFields, 2, "null")], "u2");

        Assert.Equal(["custom_fields", "custom_fields.city", "email"], cleared.Fields.Keys.Select(name => name.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal([Registers.Of(Registers.CityKey, 3, "\"Oslo\"")], cleared.Pending);
        Assert.False(cleared.Fields[Registers.CityKey].IsUnchanged, "Truto has it no more.");
    }

    [Fact]
    public void What_a_map_was_cleared_of_does_not_come_back_late()
    {
        KeyValuePair<FieldName, Register>[] late = [Registers.Of(Registers.TierKey, 1, "\"gold\"")];
        KeyValuePair<FieldName, Register>[] partly = [Registers.Of(Registers.TierKey, 1, "\"gold\""), Registers.Of(Registers.Email, 1, "\"a\"")];
        var cleared = UserLedger.Empty.Acknowledge([Registers.Of(Registers.CustomFields, 2, "null"), Registers.Of(Registers.Email, 0, "\"a\"")], "u1");

        Assert.Same(cleared, cleared.Merge(late));
        Assert.Equal(Standing.Stale, cleared.StandingOf(late));
        Assert.Equal(Standing.Acknowledged, cleared.Merge(partly).AcknowledgeUnchanged(partly).StandingOf(partly));
        Assert.Equal([Registers.Of(Registers.TierKey, 3, "1")], cleared.Merge([Registers.Of(Registers.TierKey, 3, "1")]).Pending);
    }

    [Fact]
    public void A_map_that_was_cleared_is_not_cleared_again_over_what_was_set_since()
    {
        var ledger = UserLedger.Empty.Acknowledge([Registers.Of(Registers.CustomFields, 1, "null"), Registers.Of(Registers.Email, 1, "\"a\"")], "u1");
        var doubtful = ledger.Take(Mine, [Registers.CustomFields, Registers.Email]);

        Assert.Empty(ledger.Doubtful);
        Assert.Equal([Registers.CustomFields, Registers.Email], doubtful.Doubtful.Select(register => register.Key).OrderBy(name => name.ToString(), StringComparer.Ordinal));
        Assert.Equal([Registers.Email], doubtful.Acknowledge([Registers.Of(Registers.TierKey, 2, "1")], "u2").Doubtful.Select(register => register.Key));
    }

    [Fact]
    public void A_refusal_leaves_in_doubt_what_was_before_it() => Gen.Select(Registers.Ledger, Registers.Entry).Sample((ledger, entry) =>
    {
        var merged = ledger.Merge(entry);
        var refused = merged.Take(Mine, merged.Pending.Select(register => register.Key)).Refuse([.. merged.Pending], merged);

        Assert.Empty(refused.Pending);
        Assert.Equal(
            merged.Fields.Where(field => field.Value.Acknowledged is not null).Select(field => (field.Key, field.Value.InDoubt)).ToHashSet(),
            refused.Fields.Select(field => (field.Key, field.Value.InDoubt)).ToHashSet());
    });

    [Fact]
    public void No_text_about_a_ledger_holds_a_value()
    {
        var register = new Register(Registers.At(1, "evt_1", "workos"), "\"ada@example.com\"");
        var ledger = UserLedger.Empty.Acknowledge([KeyValuePair.Create(Registers.Email, register)], "u");

        Assert.Equal(
            ("email", "workos/evt_1", "workos/evt_1", "acknowledged", "pending"),
            (ledger.ToString(), register.ToString(), ledger.Fields[Registers.Email].Acknowledged!.ToString(), ledger.Fields[Registers.Email].ToString(), new FieldState(register, null).ToString()));
    }

    private static UserLedger Merge(UserLedger ledger, IEnumerable<KeyValuePair<FieldName, Register>> entry) => ledger.Merge([.. entry]);
}
