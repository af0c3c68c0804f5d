using System.Text.Json;
using Functions.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Functions.Tests.Behaviour;

public sealed class HttpTests
{
    private const string Event = """{ "id": "evt-1", "user": "42", "email": "ada@example.com", "name": "Ada" }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_is_acknowledged_when_it_is_in_the_queue()
    {
        await using var world = await World.StartAsync();

        var answer = await world.DeliverAsync("queue", Event);

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Equal(
            "ada@example.com",
            JsonElement.Parse(Assert.Single(await world.TakeAsync())).GetProperty("event").GetProperty("email").GetString());
        Assert.Equal(0, world.Truto.Calls.Total);
    }

    [Fact]
    public async Task A_sender_that_waits_gets_the_unified_response()
    {
        await using var world = await World.StartAsync();

        var answer = await world.DeliverAsync("wait", Event);

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Equal("ada@example.com", answer.Json.GetProperty("email").GetString());
        Assert.Empty(await world.TakeAsync());
    }

    [Theory]
    [InlineData("queue", "wrong", StatusCodes.Status401Unauthorized, "not-verified")]
    [InlineData("queue", null, StatusCodes.Status401Unauthorized, "not-verified")]
    [InlineData("nobody", World.Secret, StatusCodes.Status404NotFound, "unknown-source")]
    public async Task A_delivery_that_is_not_believed_is_answered_with_a_problem(string source, string? token, int status, string type)
    {
        await using var world = await World.StartAsync();

        var answer = await world.DeliverAsync(source, Event, token);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.EndsWith(type, answer.Json.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Empty(await world.TakeAsync());
    }

    [Fact]
    public async Task A_delivery_with_a_method_that_only_handshakes_use_is_told_which_one_to_use()
    {
        await using var world = await World.StartAsync();

        Assert.Equal(StatusCodes.Status405MethodNotAllowed, (await world.DeliverAsync("queue", Event, method: "GET")).Status);
    }

    [Fact]
    public async Task A_sender_with_a_handshake_is_answered_by_every_method_of_the_door()
    {
        await using var world = await World.StartAsync();
        world.Write("events", """
            {
              "handshake": {
                "method": "OPTIONS",
                "signed": "never",
                "when": { "header:WebHook-Request-Origin": true },
                "headers": { "WebHook-Allowed-Origin": "header:WebHook-Request-Origin" }
              }
            }
            """);
        var context = world.Request("OPTIONS", token: null);
        context.Request.Headers["WebHook-Request-Origin"] = "events.example.com";

        var answer = await World.ExecuteAsync(
            context, world.Function<WebhookFunctions>().ReceiveDeliveryAsync(context.Request, "events", Cancellation));

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Equal("events.example.com", context.Response.Headers["WebHook-Allowed-Origin"]);
    }

    [Fact]
    public async Task What_became_of_an_event_is_found_with_the_response_that_was_stored()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        var context = world.Request("GET");

        var answer = await World.ExecuteAsync(
            context, world.Function<EventFunctions>().FindEventAsync(context.Request, "queue", "evt-1", Cancellation));

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Contains("\"applied\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("ada@example.com", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_listed_as_the_query_asks()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);
        await world.DeliverAsync("wait", Event);
        var context = world.Request("GET", query: "?source=wait");

        var answer = await World.ExecuteAsync(context, world.Function<EventFunctions>().ListEventsAsync(context.Request, Cancellation));

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Equal(1, answer.Json.GetProperty("events").GetArrayLength());
        Assert.Contains("\"wait\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_is_replayed_through_the_queue()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("wait", Event);
        var context = world.Request("POST");

        var answer = await World.ExecuteAsync(
            context, world.Function<EventFunctions>().ReplayEventAsync(context.Request, "wait", "evt-1", Cancellation));

        Assert.Equal(StatusCodes.Status202Accepted, answer.Status);
        Assert.Single(await world.TakeAsync());
    }

    [Fact]
    public async Task Many_events_are_replayed_by_a_filter()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("wait", Event);
        await world.DeliverAsync("wait", Event.Replace("evt-1", "evt-2", StringComparison.Ordinal));
        var context = world.Request("POST", query: "?status=applied");

        var answer = await World.ExecuteAsync(context, world.Function<EventFunctions>().ReplayEventsAsync(context.Request, Cancellation));

        Assert.Equal(StatusCodes.Status202Accepted, answer.Status);
        Assert.Equal(await AppliedAsync(world), (await world.TakeAsync()).Count);
    }

    [Fact]
    public async Task Health_says_yes_to_anybody_and_the_rest_to_who_has_a_key()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);
        var context = world.Request("GET");
        var bare = await World.ExecuteAsync(context, world.Function<HealthFunctions>().HealthAsync(context.Request, Cancellation));
        context = world.Request("GET");
        var details = await World.ExecuteAsync(
            context, world.Function<HealthFunctions>().HealthDetailsAsync(context.Request, Cancellation));

        Assert.Equal("""{"status":"ready"}""", bare.Body);
        Assert.Equal(1, details.Json.GetProperty("queue").GetProperty("messages").GetInt64());
        Assert.Equal(2, details.Json.GetProperty("sources").GetInt32());
    }

    private static async Task<int> AppliedAsync(World world)
    {
        var context = world.Request("GET", query: "?status=received");
        var answer = await World.ExecuteAsync(context, world.Function<EventFunctions>().ListEventsAsync(context.Request, Cancellation));
        return answer.Json.GetProperty("events").GetArrayLength();
    }
}
