using System.Text;
using System.Text.Json;
using CsCheck;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Tests.Support;

namespace UserSync.Tests.Ledger;

public sealed class LedgerJsonTests
{
    [Fact]
    public void What_is_written_is_read() => Registers.Ledger.Sample(ledger => AssertSame(ledger, Read(ledger)));

    [Fact]
    public void Any_value_is_read_as_it_was_written() => Gen.Select(Json.Value, Gen.String, Gen.String, Gen.Long[0, long.MaxValue]).Sample((value, id, key, replay) =>
    {
        var text = JsonSerializer.Serialize(Json.Parse(value));
        var ledger = UserLedger.Empty.Merge([KeyValuePair.Create(new FieldName("custom_fields", Whole(key)), new Register(Registers.At(0, Whole(id), "s", replay), text))]);

        AssertSame(ledger, Read(ledger));
    });

    [Fact]
    public void A_value_may_be_as_deep_as_an_event()
    {
        var deep = new string('[', 300) + new string(']', 300);
        var ledger = UserLedger.Empty.Merge([Registers.Of(Registers.TierKey, 0, deep)]);

        AssertSame(ledger, Read(ledger));
    }

    [Fact]
    public void The_same_ledger_is_always_the_same_text()
    {
        var fields = Enumerable.Range(0, 20).Select(i => Registers.Of(new FieldName("custom_fields", $"k{i}"), i, "1")).ToList();

        Assert.Equal(UserLedger.Empty.Merge(fields).Text(), UserLedger.Empty.Merge([.. Enumerable.Reverse(fields)]).Text());
    }

    [Fact]
    public void Fields_are_written_in_the_order_of_their_names_and_a_replay_only_where_there_was_one()
    {
        var ledger = UserLedger.Empty.Merge([
            Registers.Of(new FieldName("name"), 1, "1"),
            Registers.Of(new FieldName("custom_fields", "b"), 1, "1"),
            Registers.Of(new FieldName("custom_fields", "a"), 1, "1"),
            Registers.Of(new FieldName("email"), 1, "1"),
        ]);

        var fields = Json.Parse(ledger.Text()).GetProperty("fields").EnumerateArray().ToList();

        Assert.Equal(
            ["custom_fields.a", "custom_fields.b", "email", "name"],
            fields.Select(field => field.TryGetProperty("key", out var key) ? $"{field.GetProperty("root")}.{key}" : $"{field.GetProperty("root")}"));
        Assert.Equal(
            ["at", "event", "source"],
            Json.Parse(ledger.Text()).GetProperty("events").EnumerateArray().Single().EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void What_fields_have_in_common_is_written_once()
    {
        var ledger = UserLedger.Empty
            .Acknowledge([Registers.Of(Registers.Email, 1, "\"a\"", "older"), Registers.Of(Registers.Name, 1, "\"n\"", "older")], "update-1")
            .Merge([Registers.Of(Registers.Email, 2, "\"b\"", "newer"), Registers.Of(Registers.TierKey, 2, "1", "newer")]);

        var text = ledger.Text();

        Assert.All(["older", "newer", "update-1"], once => Assert.Equal(2, text.Split(once).Length));
        AssertSame(ledger, Read(ledger));
    }

    [Fact]
    public void What_Truto_has_is_not_written_twice()
    {
        var ledger = UserLedger.Empty.Acknowledge([Registers.Of(Registers.Email, 1, "\"ada@example.com\"")], "u1");

        Assert.Equal(2, ledger.Text().Split("ada@example.com").Length);
        AssertSame(ledger, Read(ledger));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{ "fields": [] }]""")]
    [InlineData("""{ "fields": [] } {}""")]
    public void What_is_not_JSON_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => LedgerJson.Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "fields": [{}] }""")]
    [InlineData("""{ "owner": "w", "fields": [] }""")]
    [InlineData("""{ "owner": "w", "until": -1, "fields": [] }""")]
    [InlineData("""{ "events": [{ "at": 3155378976000000000, "event": "e", "source": "s" }], "fields": [] }""")]
    [InlineData("""{ "events": [{ "event": "e", "source": "s" }], "fields": [] }""")]
    [InlineData("""{ "events": [{ "at": 1, "source": "s" }], "fields": [] }""")]
    [InlineData("""{ "events": [{ "at": 1, "event": "e" }], "fields": [] }""")]
    [InlineData("""{ "events": [{ "at": 1, "event": "e", "source": "s" }], "fields": [{ "root": "email", "newest": 0 }] }""")]
    [InlineData("""{ "events": [{ "at": 1, "event": "e", "source": "s" }], "fields": [{ "root": "email", "newest": 1, "value": 1 }] }""")]
    [InlineData("""{ "events": [{ "at": 1, "event": "e", "source": "s" }], "fields": [{ "newest": 0, "value": 1 }] }""")]
    [InlineData("""{ "events": [{ "at": 1, "event": "e", "source": "s" }], "fields": [{ "root": "email", "newest": 0, "value": 1, "taken": -1 }] }""")]
    [InlineData("""{ "events": [{ "at": 1, "event": "e", "source": "s" }], "fields": [{ "root": "email", "newest": 0, "value": 1, "taken": 0, "update": 0 }] }""")]
    [InlineData("""{ "fields": [{ "root": "email", "newest": 0, "value": 1 }], "events": [{ "at": 1, "event": "e", "source": "s" }] }""")]
    public void What_is_not_a_ledger_is_refused(string json) => Assert.Throws<KeyNotFoundException>(() => LedgerJson.Read(Encoding.UTF8.GetBytes(json)));

    private static UserLedger Read(UserLedger ledger) => LedgerJson.Read(LedgerJson.Write(ledger));

    private static void AssertSame(UserLedger expected, UserLedger actual)
    {
        Assert.Equal(expected.Lease, actual.Lease);
        Assert.Equal(expected.Fields.ToDictionary(), actual.Fields.ToDictionary());
    }

    /// <summary>Without halves of characters, which no id or key has that came through the door.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
