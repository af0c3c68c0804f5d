using System.Globalization;
using UserSync.Outcomes;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Sources;

/// <summary>Changes that follow each other are told apart, and the last one counts, also where a vendor's ids and times are few.</summary>
public sealed class PresetEventsTests
{
    private const string User = """{ "id": "42" }""";

    private readonly Script truto = new(Script.Answer(200, User));

    [Theory]
    [InlineData("""{ "id": "n" }""", "n")]
    [InlineData("""{ "resourceData": { "id": "u", "sequenceNumber": 639028223983062901 } }""", "s|u|639028223983062901")]
    [InlineData("""{ "resourceData": { "id": "u", "sequenceNumber": 0 } }""", "s|u|0")]
    public void A_Graph_notification_is_known_by_its_id_or_its_number(string members, string id) =>
        Assert.Equal(id, Graph().EventIn(Notification(members)).Id);

    [Theory]
    [InlineData("""{ "resourceData": { "id": "u" } }""")]
    [InlineData("""{ "resourceData": { "id": "u", "sequenceNumber": null } }""")]
    [InlineData("""{ "resourceData": { "id": "u", "eventTime": "2025-12-31T23:59:58Z" } }""")]
    public async Task A_Graph_notification_without_either_announces_a_change_of_its_own(string members)
    {
        var source = Graph();
        var graph = new Script(Script.Answer(200, Record("v1")), Script.Answer(200, Record("v2")));
        var world = new TestProcessing(truto, network: graph);

        foreach (var value in new[] { "v1", "v2" })
        {
            var received = world.Time.GetUtcNow() - TimeSpan.FromTicks(1);
            var events = source.EventsIn(Deliveries.Of(Notification(members), format: source.Events.Format, receivedAt: received));
            var ending = Assert.Single(await world.Waiting.ProcessAsync(source, events));

            Assert.Equal(OutcomeStatus.Applied, ending.Conclusion.Status);
            Assert.Equal($$"""{"email":"{{value}}"}""", truto.Sent[^1].Body);
            world.Time.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.Equal(2, graph.Sent.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_callback_of_a_call_at_Twilio_counts_and_a_repeated_one_is_not_a_new_one(bool hasTokens)
    {
        var source = TestSource.OfChanged("""
            {
              "preset": "twilio", "verify": null, "publicUrl": "https://hooks.example.com/in",
              "provider": "planhat", "user": "To", "map": { "custom_fields": { "call": "CallStatus" } }
            }
            """);
        var world = new TestProcessing(truto);

        // Only what carries a token can be known again.
        (string Status, string Token)[] callbacks = [("ringing", "t1"), ("completed", "t2"), ("ringing", "t1")];
        foreach (var (status, token) in callbacks.Take(hasTokens ? 3 : 2))
        {
            (string, string)[] headers = [("Content-Type", "application/x-www-form-urlencoded"), ("I-Twilio-Idempotency-Token", token)];
            var received = world.Time.GetUtcNow() - TimeSpan.FromTicks(1);
            var delivery = Deliveries.Of(
                $"CallSid=CA1&CallStatus={status}&To=42", headers.Take(hasTokens ? 2 : 1), format: source.Events.Format, receivedAt: received);
            await world.Waiting.ProcessAsync(source, source.EventsIn(delivery));
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            ["""{"custom_fields":{"call":"ringing"}}""", """{"custom_fields":{"call":"completed"}}"""], truto.Sent.Select(sent => sent.Body));
        Assert.Equal(2, world.Outcomes.All.Count);
    }

    [Fact]
    public async Task Of_two_changes_in_one_second_at_Slack_the_later_one_counts_whichever_comes_first()
    {
        var source = Slack();
        var world = new TestProcessing(truto);

        foreach (var (id, fraction, email) in new[] { ("Ev1", "000900", "later"), ("Ev2", "000200", "earlier") })
        {
            var ending = Assert.Single(await world.Waiting.ProcessAsync(source, [source.EventIn($$"""
                {
                  "event": {
                    "type": "user_change", "user": { "id": "42", "profile": { "email": "{{email}}" } }, "event_ts": "1767225597.{{fraction}}"
                  },
                  "type": "event_callback", "event_id": "{{id}}", "event_time": 1767225597
                }
                """)]));

            Assert.Equal(email == "later" ? null : SkipReason.Stale, ending.Conclusion.SkipReason);
        }

        Assert.Equal("""{"email":"later"}""", Assert.Single(truto.Sent).Body);
    }

    [Theory]
    [InlineData("", "2025-12-31T23:59:57Z")]
    [InlineData(""", "event_ts": "1767225597.000200" """, "2025-12-31T23:59:57.0002Z")]
    public void A_change_at_Slack_has_the_finest_time_that_it_says(string member, string time)
    {
        var change = Slack().EventIn($$"""{ "event": { "type": "user_change"{{member}} }, "event_id": "Ev1", "event_time": 1767225597 }""");

        Assert.Equal(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), change.OccurredAt);
    }

    private static string Record(string mail) => $$"""{ "user": "42", "mail": "{{mail}}" }""";

    private static string Notification(string members) =>
        $$"""{ "value": [{ "subscriptionId": "s", "clientState": "c", "changeType": "updated", {{members.Trim()[1..]}}] }""";

    private static Source Slack() => TestSource.OfChanged("""
        { "preset": "slack", "verify": null, "user": "event.user.id", "map": { "email": "event.user.profile.email" } }
        """);

    private static Source Graph() => TestSource.OfChanged("""
        {
          "preset": "microsoft-graph", "verify": null, "user": "record.user", "map": { "email": "record.mail" },
          "fetch": { "auth": { "scheme": "bearer", "secret": "directory-secret" } }
        }
        """);
}
