using System.Text.Json;
using UserSync.Expressions;
using UserSync.Fetching;
using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Events;

public sealed class EventRulesTests
{
    [Fact]
    public void An_event_has_id_type_time_and_content()
    {
        var source = TestSource.OfChanged("""{ "id": "id", "type": ["event", "action"], "time": "at" }""");

        var change = source.EventIn("""{ "id": 9007199254740993, "event": "user", "action": "updated", "at": "2025-12-31T23:59:58Z", "x": 1 }""");

        Assert.Equal(("test", "9007199254740993", "user.updated"), (change.Source, change.Id, change.Type));
        Assert.Equal(Now.Time.AddSeconds(-2), change.OccurredAt);
        Assert.Equal(Now.Time, change.ReceivedAt);
        Assert.Equal(1, change.Data.GetProperty("x").GetInt32());
        Assert.Null(change.Headers);
        Assert.Equal("test/9007199254740993", change.ToString());
    }

    [Theory]
    [InlineData("{}", false, 1)]
    [InlineData("[]", true, 0)]
    [InlineData("[{}, {}]", true, 2)]
    [InlineData("[5]", true, 1)]
    [InlineData("\"text\"", false, 1)]
    [InlineData("null", false, 1)]
    public void Without_a_path_the_body_is_the_event_or_the_array(string body, bool isArray, int count)
    {
        var source = TestSource.Of(TestSource.Good);

        var batch = source.Events.Read(Deliveries.Of(body), []);

        Assert.Equal((isArray, count), (batch.IsArray, batch.Events.Count));
    }

    [Theory]
    [InlineData("""{ "data": { "events": [{ "n": 1 }, { "n": 2 }] } }""", true, "1 2")]
    [InlineData("""{ "data": { "events": { "n": 1 } } }""", false, "1")]
    [InlineData("""{ "data": { "events": [] } }""", true, "")]
    [InlineData("""{ "data": {}, "items": [{ "n": 3 }] }""", true, "3")]
    [InlineData("""{ "data": { "events": null }, "items": { "n": 3 } }""", false, "3")]
    public void The_first_path_that_has_a_value_leads_to_the_events(string body, bool isArray, string expected)
    {
        var source = TestSource.OfChanged("""{ "events": { "path": ["data.events", "items"] } }""");

        var batch = source.Events.Read(Deliveries.Of(body), []);

        Assert.Equal(isArray, batch.IsArray);
        Assert.Equal(expected, string.Join(' ', batch.Events.Select(change => change.Data.GetProperty("n"))));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "data": { "events": null } }""")]
    [InlineData("[]")]
    [InlineData("5")]
    public void A_body_without_events_where_they_are_expected_is_rejected(string body)
    {
        var source = TestSource.OfChanged("""{ "events": { "path": ["data.events", "length(items)"] } }""");

        var rejection = source.Events.Read(Deliveries.Of(body), []).Rejection;

        Assert.Equal((400, "the body has no events where source \"test\" expects them"), (rejection!.Status, rejection.Reason));
    }

    [Fact]
    public void A_body_that_cannot_be_read_is_rejected_with_the_reason()
    {
        var rejection = TestSource.Of(TestSource.Good).Events.Read(Deliveries.Of("{"), []).Rejection;

        Assert.Equal((400, "the body is not JSON (line 1, byte 2)"), (rejection!.Status, rejection.Reason));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_delivery_has_at_most_so_many_events(int count, bool isTaken)
    {
        var source = TestSource.Of(TestSource.Good, new ReceivingOptions { MaxEvents = 3 });

        var batch = source.Events.Read(Deliveries.Of($"[{string.Join(',', Enumerable.Repeat("{}", count))}]"), []);

        Assert.Equal(isTaken ? count : 0, batch.Events.Count);
        Assert.Equal(isTaken ? null : new Rejection(413, "the delivery holds more than 3 events"), batch.Rejection);
    }

    [Fact]
    public void An_id_that_is_longer_than_a_store_takes_is_replaced_by_its_digest()
    {
        var source = TestSource.OfChanged("""{ "id": "id" }""");

        Assert.Equal(new string('a', 200), source.EventIn($$"""{ "id": "{{new string('a', 200)}}" }""").Id);
        Assert.Equal("sha256-".Length + 64, source.EventIn($$"""{ "id": "{{new string('a', 201)}}" }""").Id.Length);
        Assert.StartsWith("sha256-", source.EventIn($$"""{ "id": "{{new string('a', 201)}}" }""").Id);
        Assert.NotEqual(source.EventIn($$"""{ "id": "{{new string('a', 201)}}" }""").Id, source.EventIn($$"""{ "id": "{{new string('a', 202)}}" }""").Id);
    }

    [Theory]
    [InlineData("""{ "time": "at" }""")]
    [InlineData("""{ "time": "at", "id": "id" }""")]
    [InlineData("""{ "time": "at", "id": ["kind", "id", "at"] }""")]
    [InlineData("""{ "time": "at", "id": "length(n)" }""")]
    public void An_event_without_an_id_is_known_by_what_it_says_and_when(string changes)
    {
        var source = TestSource.OfChanged(changes);
        const string First = """{ "kind": "user", "n": 1, "at": "2025-12-31T23:59:58Z" }""";
        const string Later = """{ "kind": "user", "n": 1, "at": "2025-12-31T23:59:59Z" }""";
        const string Other = """{ "kind": "user", "n": 2, "at": "2025-12-31T23:59:58Z" }""";

        Assert.Equal(source.EventIn(First).Id, source.EventIn(First).Id);
        Assert.Equal(3, new[] { First, Later, Other }.Select(body => source.EventIn(body).Id).Distinct().Count());
        Assert.StartsWith("sha256-", source.EventIn(First).Id);
    }

    [Fact]
    public void A_change_that_comes_back_without_a_time_of_its_own_is_not_taken_for_a_repetition()
    {
        var source = TestSource.Of(TestSource.Good);

        var first = Assert.Single(source.EventsIn(Deliveries.Of("""{ "a": 1 }""")));
        var second = Assert.Single(source.EventsIn(Deliveries.Of("""{ "a": 1 }""", receivedAt: Now.Time.AddSeconds(1))));

        Assert.NotEqual(first.Id, second.Id);
    }

    [Theory]
    [InlineData("""{ "at": "soon" }""")]
    [InlineData("""{ "at": null }""")]
    [InlineData("{}")]
    [InlineData("""{ "at": [1] }""")]
    public void A_time_that_is_rubbish_is_that_of_receipt(string body) => Assert.Equal(Now.Time, TestSource.OfChanged("""{ "time": "at" }""").EventIn(body).OccurredAt);

    [Theory]
    [InlineData("2025-12-31T23:59:59Z", true)]
    [InlineData("2026-01-01T00:00:00Z", false)]
    [InlineData("2026-01-01T00:00:01Z", false)]
    [InlineData("soon", false)]
    public void Only_a_time_before_that_of_receipt_is_an_events_own(string at, bool isOwn) =>
        Assert.Equal(isOwn, TestSource.OfChanged("""{ "time": "at" }""").EventIn($$"""{ "at": "{{at}}" }""").HasOwnTime);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void What_is_known_of_an_event_is_as_young_as_its_record(int asked, int known)
    {
        var change = TestSource.Of(TestSource.Good).EventIn("{}");

        Assert.Equal(Now.Time, change.KnownAt);
        Assert.Equal(Now.Time.AddSeconds(known), (change with { Record = new FetchedRecord(default, Now.Time.AddSeconds(asked)) }).KnownAt);
    }

    [Fact]
    public void A_time_or_type_that_cannot_be_evaluated_is_not_there()
    {
        var change = TestSource.OfChanged("""{ "time": "join('', [at])", "type": "length(at)" }""").EventIn("""{ "at": 5 }""");

        Assert.Equal(Now.Time, change.OccurredAt);
        Assert.Null(change.Type);
    }

    [Fact]
    public void The_headers_that_expressions_read_are_kept_and_no_others()
    {
        var source = TestSource.OfChanged("""
            { "id": ["header:X-Id", "id"], "type": "header:X-Type", "time": "header:X-Time", "when": { "is": "header:X-When" },
              "user": "header:X-User", "map": { "email": "header:X-Email", "remote_data": { "a": { "from": "header:x-id" }, "b": { "c": "header:X-Deep" } } } }
            """);

        var change = source.EventIn(
            """{ "id": 5 }""",
            ("x-id", "1"), ("X-Type", "t"), ("X-Time", "1767225598"), ("X-When", "w"), ("X-User", "u"), ("X-Email", "e"), ("X-Deep", "d"), ("Authorization", "Bearer token"), ("X-Other", "o"));

        Assert.Equal(["X-Deep", "X-Email", "X-Id", "X-Time", "X-Type", "X-User", "X-When"], change.Headers!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("1|5", "t", Now.Time.AddSeconds(-2)), (change.Id, change.Type, change.OccurredAt));
        Assert.Equal("1", change.Headers["X-ID"]);
    }

    [Fact]
    public void A_header_that_did_not_come_is_not_there() =>
        Assert.Empty(TestSource.OfChanged("""{ "type": "header:X-Type" }""").EventIn("{}").Headers!);

    [Fact]
    public void A_credential_in_the_body_does_not_get_into_an_event()
    {
        var source = TestSource.OfChanged("""
            { "verify": { "scheme": "token", "in": "body", "path": "value[].clientState" }, "events": { "path": "value" } }
            """);

        var changes = source.EventsIn(Deliveries.Of("""{ "value": [{ "clientState": "token", "n": 1 }, { "clientState": "token", "n": 2 }] }"""));

        Assert.Equal(["""{"n":1}""", """{"n":2}"""], changes.Select(change => JsonSerializer.Serialize(change.Data)));
    }

    [Fact]
    public void A_credential_is_left_behind_in_a_body_as_deep_as_the_bounds_allow()
    {
        var source = TestSource.OfChanged(
            """{ "verify": { "scheme": "token", "in": "body", "path": "secretkey" } }""", new ReceivingOptions { MaxDepth = 200 });
        var deep = new string('[', 199) + new string(']', 199);

        var change = Assert.Single(source.EventsIn(Deliveries.Of($$"""{ "secretkey": "token", "deep": {{deep}} }""", format: source.Events.Format)));

        Assert.Equal($$"""{"deep":{{deep}}}""", change.Data.GetRawText());
    }

    [Fact]
    public void The_id_of_an_event_without_one_does_not_depend_on_its_credential()
    {
        var source = TestSource.OfChanged("""{ "verify": { "scheme": "token", "in": "body", "path": "secretkey" } }""");

        Assert.Equal(source.EventIn("""{ "secretkey": "old", "n": 1 }""").Id, source.EventIn("""{ "secretkey": "new", "n": 1 }""").Id);
    }

    [Theory]
    [InlineData("""{ "type": "user.updated" }""", "user.updated", true)]
    [InlineData("""{ "type": "user.updated" }""", "USER.Updated", true)]
    [InlineData("""{ "type": "user.updated" }""", "user.updated2", false)]
    [InlineData("""{ "type": "user.*" }""", "user.", true)]
    [InlineData("""{ "type": "user.*" }""", "User.created", true)]
    [InlineData("""{ "type": "user.*" }""", "user", false)]
    [InlineData("""{ "type": "*" }""", "anything", true)]
    [InlineData("""{ "type": "*" }""", null, false)]
    [InlineData("""{ "type": "u*r" }""", "user", false)]
    [InlineData("""{ "type": ["a", "user.*"] }""", "user.x", true)]
    [InlineData("""{ "type": ["a", "b"] }""", "c", false)]
    [InlineData("{}", null, true)]
    public void Types_are_exact_or_end_in_a_star(string when, string? type, bool isTaken)
    {
        var source = TestSource.OfChanged($$"""{ "type": "type", "when": {{when}} }""");

        Assert.Equal(isTaken, source.Events.Takes(source.EventIn(type is null ? "{}" : $$"""{ "type": "{{type}}" }""")));
    }

    [Theory]
    [InlineData("\"resourceData\"", """{ "resourceData": { "id": 1 } }""", true)]
    [InlineData("\"resourceData\"", """{ "resourceData": {} }""", false)]
    [InlineData("\"contains(['person'], entity)\"", """{ "entity": "person" }""", true)]
    [InlineData("\"contains(['person'], entity)\"", """{ "entity": "deal" }""", false)]
    [InlineData("""{ "type": "user.*", "is": "active" }""", """{ "type": "user.x", "active": true }""", true)]
    [InlineData("""{ "type": "user.*", "is": "active" }""", """{ "type": "user.x", "active": false }""", false)]
    [InlineData("""{ "type": "user.*", "is": "active" }""", """{ "type": "deal.x", "active": true }""", false)]
    public void An_expression_may_decide(string when, string body, bool isTaken)
    {
        var source = TestSource.OfChanged($$"""{ "type": "type", "when": {{when}} }""");

        Assert.Equal(isTaken, source.Events.Takes(source.EventIn(body)));
    }

    [Fact]
    public void A_filter_that_cannot_be_evaluated_is_said()
    {
        var source = TestSource.OfChanged("""{ "when": "length(n)" }""");

        var exception = Assert.Throws<ExpressionException>(() => source.Events.Takes(source.EventIn("""{ "n": 5 }""")));

        Assert.Equal("cannot be evaluated over this event (invalid-type in length)", exception.Message);
    }

    [Fact]
    public void Employees_of_one_BambooHR_delivery_are_told_apart()
    {
        var source = TestSource.OfChanged("""{ "preset": "bamboohr", "verify": null, "user": "id" }""");

        var changes = source.EventsIn(Deliveries.Of("""
            { "employees": [
              { "action": "Updated", "changedFields": ["First Name"], "fields": { "First Name": "Bryony" }, "id": "12345", "timestamp": "2026-01-31T18:42:00+0000" },
              { "action": "Updated", "changedFields": ["First Name"], "fields": { "First Name": "Ada" }, "id": "12346", "timestamp": "2026-01-31T18:42:00+0000" } ] }
            """));

        Assert.Equal(["Updated|12345|2026-01-31T18:42:00+0000", "Updated|12346|2026-01-31T18:42:00+0000"], changes.Select(change => change.Id));
    }

    [Fact]
    public void A_BambooHR_form_reads_like_its_JSON()
    {
        var source = TestSource.OfChanged("""{ "preset": "bamboohr", "verify": null, "user": "id" }""");

        var form = source.EventIn(
            "type=employee.updated&timestamp=2026-01-31T18:42:00%2B0000&data[companyId]=1&data[employeeId]=67890&data[changedFields][0]=firstName",
            ("Content-Type", "application/x-www-form-urlencoded"));
        var json = source.EventIn(
            """{ "type": "employee.updated", "timestamp": "2026-01-31T18:42:00+0000", "data": { "companyId": "1", "employeeId": "67890", "changedFields": ["firstName"] } }""",
            ("Content-Type", "application/json"));

        Assert.True(JsonElement.DeepEquals(json.Data, form.Data));
        Assert.Equal((json.Id, json.Type, json.OccurredAt), (form.Id, form.Type, form.OccurredAt));
    }
}
