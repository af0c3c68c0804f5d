using CsCheck;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Tests.Support;

namespace UserSync.Tests.Ledger;

/// <summary>Registers and ledgers of all kinds, with so few names, times and ids that they meet.</summary>
internal static class Registers
{
    internal static readonly FieldName Email = new("email");
    internal static readonly FieldName Name = new("name");
    internal static readonly FieldName TierKey = new("custom_fields", "tier");
    internal static readonly FieldName CityKey = new("custom_fields", "city");
    internal static readonly FieldName CustomFields = new("custom_fields");

    internal static readonly Gen<FieldName> Field = Gen.OneOf(Email, Name, TierKey, CityKey, new FieldName("remote_data", "tier"));

    internal static readonly Gen<Stamp> Stamps = Gen.Select(Gen.Int[0, 3], Gen.OneOf("a", "b", "B", "é", "ab"), Gen.OneOf("s", "t"), Gen.Int[0, 1])
        .Select((ticks, id, source, replay) => new Stamp(Now.Time.AddTicks(ticks), id, source, replay));

    internal static readonly Gen<Register> Any = Gen.Select(Stamps, Gen.OneOf("1", "2", "\"1\"", "null", "{\"a\":[1.10]}"))
        .Select((stamp, value) => new Register(stamp, value));

    /// <summary>What an event may say: each field once.</summary>
    internal static readonly Gen<KeyValuePair<FieldName, Register>[]> Entry = Gen.Select(Field, Any).Array[0, 4]
        .Select(fields => fields.DistinctBy(field => field.Item1).Select(field => KeyValuePair.Create(field.Item1, field.Item2)).ToArray());

    /// <summary>A ledger after things that happen to ledgers, in any order.</summary>
    internal static readonly Gen<UserLedger> Ledger = Gen.Select(Gen.Int[0, 5], Entry).Array[0, 8].Select(steps => steps.Aggregate(UserLedger.Empty, (ledger, step) => step.Item1 switch
    {
        0 or 1 => ledger.Merge(step.Item2),
        2 => ledger.Acknowledge(ledger.Pending, "u1"),
        3 => ledger.Acknowledge(step.Item2, "u2"),
        4 => ledger.Take(new Lease("w", Now.Time.AddSeconds(45)), ledger.Pending.Select(register => register.Key)),
        _ => ledger.Drop(step.Item2),
    }));

    internal static Stamp At(int second, string eventId = "e", string source = "s", long replay = 0) => new(Now.Time.AddSeconds(second), eventId, source, replay);

    internal static KeyValuePair<FieldName, Register> Of(FieldName name, int second, string value, string eventId = "e") =>
        KeyValuePair.Create(name, new Register(At(second, eventId), value));

    /// <summary>All that there is to know of a ledger.</summary>
    internal static string Text(this UserLedger ledger) => System.Text.Encoding.UTF8.GetString(LedgerJson.Write(ledger));
}
