using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Receiving.Events;
using UserSync.Tests.Support;

namespace UserSync.Tests.Ledger;

public sealed class LedgerEntryTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void An_event_becomes_a_register_for_each_field_with_its_stamp_and_compact_value()
    {
        var entry = LedgerEntry.Of(Change() with { Replay = 7 }, Patch((Registers.Email, "\"ada@example.com\""), (Registers.TierKey, "{ \"a\" : [ 1.10, null ] }")));

        var stamp = new Stamp(Now.Time.AddMinutes(-1), "evt_1", "workos", 7);
        Assert.Equal(stamp, entry.Stamp);
        Assert.Equal(
            [KeyValuePair.Create(Registers.Email, new Register(stamp, "\"ada@example.com\"")), KeyValuePair.Create(Registers.TierKey, new Register(stamp, "{\"a\":[1.10,null]}"))],
            entry);
        Assert.Equal((2, Registers.TierKey), (entry.Count, entry[1].Key));
        Assert.DoesNotContain("ada@example.com", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_the_same_value_however_it_was_written() => Gen.OneOf(Gen.String, Gen.String[Gen.Char[' ', '\u00ff'], 0, 20]).Sample(text =>
    {
        var escaped = JsonSerializer.Serialize(text);
        string[] forms = [escaped, JsonSerializer.Serialize(text, Relaxed), $"\"{string.Concat(text.Select(letter => $"\\u{(int)letter:x4}"))}\""];

        Assert.All(forms, form => Assert.Equal(escaped, LedgerEntry.Of(Change(), Patch((Registers.Email, form)))[0].Value.Value));
    });

    [Theory]
    [InlineData("{\"b\":0,\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}")]
    [InlineData("[{\"x\":[{\"b\":1,\"b\":{\"y\":1,\"\\u0079\":2}}]}]", "[{\"x\":[{\"b\":{\"y\":2}}]}]")]
    public void Of_members_of_the_same_name_the_last_counts_however_deep_they_stand(string written, string kept) =>
        Assert.Equal(kept, LedgerEntry.Of(Change(), Patch((Registers.TierKey, written)))[0].Value.Value);

    [Theory]
    [InlineData("-365.00:00:00", "-365.00:00:00")]
    [InlineData("00:05:00", "00:05:00")]
    [InlineData("00:05:00.0000001", "00:05:00")]
    [InlineData("365.00:00:00", "00:05:00")]
    public void A_time_further_in_the_future_than_clocks_differ_is_not_believed(string after, string believed)
    {
        var change = Change() with { OccurredAt = Now.Time + TimeSpan.Parse(after) };

        Assert.Equal(Now.Time + TimeSpan.Parse(believed), LedgerEntry.Of(change, Patch()).Stamp.OccurredAt);
    }

    [Fact]
    public void Until_the_end_of_time_everything_has_a_stamp()
    {
        var change = Change() with { ReceivedAt = DateTimeOffset.MaxValue, OccurredAt = DateTimeOffset.MaxValue };

        Assert.Equal(DateTimeOffset.MaxValue, LedgerEntry.Of(change, Patch()).Stamp.OccurredAt);
    }

    [Fact]
    public void A_register_is_an_events_own_whatever_its_value_and_replay()
    {
        var entry = LedgerEntry.Of(Change(), Patch());

        Assert.True(entry.Owns(new Register(entry.Stamp with { Replay = 3, OccurredAt = Now.Time.AddDays(1) }, "1")));
        Assert.False(entry.Owns(new Register(entry.Stamp with { EventId = "evt_2" }, "1")));
        Assert.False(entry.Owns(new Register(entry.Stamp with { Source = "okta" }, "1")));
    }

    private static UserPatch Patch(params (FieldName Name, string Json)[] fields) => new([.. fields.Select(field => new PatchField(field.Name, Json.Parse(field.Json), "x"))]);

    private static ChangeEvent Change() => new()
    {
        Source = "workos",
        Id = "evt_1",
        Type = null,
        OccurredAt = Now.Time.AddMinutes(-1),
        ReceivedAt = Now.Time,
        Data = JsonElement.Parse("{}"),
    };
}
