using System.Text;
using System.Text.Json;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Deliveries;

[Collection(nameof(DeliveryGroup))]
public sealed class DeliveryTests(DeliveryWorld fixture)
{
    private static readonly string[] PersonalFields = ["email", "name", "first_name", "last_name"];

    private readonly ServerWorld world = fixture.World;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> All() => RecordedDelivery.Names(_ => true);

    public static TheoryData<string> WithEvents() => RecordedDelivery.Names(delivery => ExpectedAnswer.Of(delivery).Events is not []);

    [Theory, MemberData(nameof(All))]
    public async Task A_recorded_delivery_is_verified_and_becomes_what_it_says(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var expected = ExpectedAnswer.Of(delivery);
        await world.ForgetAsync(Cancel);

        var answer = await world.SendAsync(delivery, Cancel);

        Assert.Equal(expected.Status, answer.Status);
        AssertUpdates(expected, [.. world.Truto.Calls]);
        AssertAnswer(expected, answer, world.Sources.Find(delivery.Source)!.Mapping.Provider);
        AssertNothingPersonalIn(world.Log.Lines, delivery, expected);
    }

    [Theory, MemberData(nameof(WithEvents))]
    public void Its_events_have_the_ids_types_and_times_that_it_names(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var expected = ExpectedAnswer.Of(delivery);
        var source = world.Sources.Find(delivery.Source)!;

        using var received = delivery.ToDelivery(source);
        var batch = source.Events.Read(received, source.Verifier.BodyCredentials);

        Assert.Null(batch.Rejection);
        Assert.Equal(expected.IsArray, batch.IsArray);
        Assert.Equal(
            expected.Events!.Select(change => (change.Id, change.Type, change.Time)),
            batch.Events.Select(change => (change.Id, change.Type, change.OccurredAt)));
        Assert.All(batch.Events, change => Assert.Equal(delivery.ReceivedAt, change.ReceivedAt));
    }

    [Fact]
    public async Task Log_streams_in_JSON_lines_are_the_same_events_as_in_an_array()
    {
        var delivery = RecordedDelivery.Find("auth0-log-stream");
        var item = delivery.Text[1..^1];
        var lines = Encoding.UTF8.GetBytes($"{item}\n{item.Replace("Update a User", "Update", StringComparison.Ordinal)}\n");

        var answer = await world.SendAsync(delivery, Cancel, lines);

        var id = ExpectedAnswer.Of(delivery).Events![0].Id;
        Assert.Equal([id, id], answer.Json.EnumerateArray().Select(outcome => outcome.GetProperty("event").GetString()!));
    }

    [Fact]
    public async Task Bamboo_events_in_a_form_are_the_same_events_as_in_JSON()
    {
        var delivery = RecordedDelivery.Find("bamboohr.event");
        var source = world.Sources.Find(delivery.Source)!;
        var headers = delivery.HeadersWith("Content-Type", "application/x-www-form-urlencoded");
        var form = Encoding.UTF8.GetBytes(
            "type=employee.updated&timestamp=2026-01-01T00%3A00%3A00%2B0000&data[employeeId]=67890"
            + "&data[changedFields]=firstName&data[changedFields]=status");
        headers["X-BambooHR-Signature"] = Signing.BambooHr(form, delivery);
        await world.ForgetAsync(Cancel);

        var answer = await world.SendAsync(delivery, Cancel, form, headers);

        Assert.Equal(200, answer.Status);
        AssertUpdates(ExpectedAnswer.Of(delivery), [.. world.Truto.Calls]);
        using var received = delivery.ToDelivery(source, form, headers);
        Assert.Equal(ExpectedAnswer.Of(delivery).Events![0].Id, source.Events.Read(received, []).Events.Single().Id);
    }

    private static void AssertUpdates(ExpectedAnswer expected, List<SandboxCall> calls)
    {
        var wanted = expected.Events!.Where(change => change.Patch is not null).ToList();
        Assert.Equal(wanted.Select(change => change.User), calls.Select(call => call.UserId));
        foreach (var (change, call) in wanted.Zip(calls))
        {
            Assert.Equal("PATCH", call.Method);
            var isSame = JsonElement.DeepEquals(change.Patch!.Value, JsonElement.Parse(call.Body!));
            Assert.True(isSame, $"The update of event {change.Id} is {call.Body}");
            Assert.Equal("applied", change.Outcome);
            Assert.Empty(call.IgnoredFields);
        }
    }

    private static void AssertAnswer(ExpectedAnswer expected, Answer answer, string provider)
    {
        foreach (var (name, value) in expected.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            Assert.Equal(value, answer.Headers.GetValueOrDefault(name));
        }

        if (expected.Body is not null)
        {
            Assert.Equal(expected.Body, answer.Body);
            Assert.Equal(expected.ContentType, answer.ContentType);
        }
        else if (expected.IsArray)
        {
            Assert.Equal("application/json", answer.ContentType);
            Assert.Equal(
                expected.Events!.Select(change => (change.Id, change.Outcome, change.Reason, change.User)),
                answer.Json.EnumerateArray().Select(outcome =>
                    (Text(outcome, "event")!, Text(outcome, "outcome")!, Text(outcome, "reason"), Text(outcome, "user"))));
        }
        else if (expected.Events is [var only])
        {
            AssertSingle(only, answer, provider);
        }
        else
        {
            answer.AssertProblem(expected.Status, "not-understood");
        }
    }

    private static void AssertSingle(ExpectedEvent change, Answer answer, string provider)
    {
        switch (change.Outcome)
        {
            case "applied":
                Assert.Equal("application/json", answer.ContentType);
                Assert.Equal(JsonValueKind.Object, answer.Json.ValueKind);

                // Salesforce answers an update with nothing, not even the id.
                Assert.Equal(provider == "salesforce" ? null : change.User, Text(answer.Json, "id"));
                break;
            case "skipped":
                Assert.Equal(
                    (change.Id, "skipped", change.Reason),
                    (Text(answer.Json, "event")!, Text(answer.Json, "outcome"), Text(answer.Json, "reason")));
                break;
            default:
                answer.AssertProblem(answer.Status, change.Cause!);
                break;
        }
    }

    private static void AssertNothingPersonalIn(IReadOnlyList<string> lines, RecordedDelivery delivery, ExpectedAnswer expected)
    {
        var log = string.Join('\n', lines);
        Assert.Contains(delivery.Source, log, StringComparison.Ordinal);

        // The ids of events are there to be found in a log.
        foreach (var change in expected.Events!)
        {
            log = log.Replace(change.Id, string.Empty, StringComparison.Ordinal);
        }

        var credentials = new[] { delivery.Secret, delivery.Headers.GetValueOrDefault("Authorization"), SandboxOptions.DefaultToken };
        var personal = expected.Events!.Where(change => change.Patch is not null)
            .SelectMany(change => PersonalFields.Select(field => Text(change.Patch!.Value, field)));
        var bodies = expected.Events!.Select(change => change.Patch?.GetRawText()).Append(delivery.Text.Length == 0 ? null : delivery.Text);
        foreach (var forbidden in credentials.Concat(personal).Concat(bodies).OfType<string>())
        {
            Assert.DoesNotContain(forbidden, log, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.ToString() : null;
}
