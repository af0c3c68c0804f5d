using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Functions.Tests.Support;
using Truto.Sandbox;

namespace Functions.Tests.Telemetry;

public sealed class TraceTests : IDisposable
{
    private const string Event = """{ "id": "evt-1", "user": "42", "email": "ada@example.com", "name": "Ada" }""";
    private const string Patch = "PATCH /unified/crm/users/{id}";

    private readonly Activity request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
    private readonly SpanCollector trace;

    public TraceTests() => trace = new SpanCollector(span => span.TraceId == request.TraceId);

    [Fact]
    public async Task One_trace_runs_from_the_delivery_through_the_queue_to_the_call_of_Truto()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);
        var message = Assert.Single(await world.TakeAsync());

        await InInvocationAsync(() => world.ProcessAsync(message));

        var (delivery, process) = (trace.Single("delivery"), trace.Single("process"));
        var (update, patch) = (trace.Single("update"), trace.Single(Patch));
        Assert.Equal(request.SpanId, delivery.ParentSpanId);
        Assert.Equal(delivery.SpanId, process.ParentSpanId);
        Assert.Equal(process.SpanId, update.ParentSpanId);
        Assert.Equal(update.SpanId, patch.ParentSpanId);
        Assert.Equal(ActivityKind.Consumer, process.Kind);
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("wait")]
    public async Task A_request_that_nobody_records_is_linked_to_a_trace_of_its_own(string source)
    {
        await using var world = await World.StartAsync();
        using var traces = new SpanCollector(span => span.Links.Any(link => link.Context.TraceId == request.TraceId));
        request.ActivityTraceFlags = ActivityTraceFlags.None;

        await world.DeliverAsync(source, Event);

        var delivery = traces.Single("delivery");
        Assert.Equal((default, ActivityKind.Server, true), (delivery.ParentSpanId, delivery.Kind, delivery.Recorded));
        Assert.NotEqual(request.TraceId, delivery.TraceId);
        Assert.Same(request, Activity.Current);
        Assert.Equal(delivery.Id, (await world.OutcomeAsync(source, "evt-1")).TraceParent);
    }

    [Fact]
    public async Task The_invocation_in_which_the_host_handed_a_message_over_is_linked()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", Event);
        var message = Assert.Single(await world.TakeAsync());

        var invocation = await InInvocationAsync(() => world.ProcessAsync(message));

        Assert.Equal(invocation.Context, Assert.Single(trace.Single("process").Links).Context);
    }

    [Fact]
    public async Task An_event_that_comes_back_later_goes_on_with_its_trace()
    {
        await using var world = await World.StartAsync();
        world.Truto.Faults.Next(SandboxFault.TrutoRateLimit);
        await world.DeliverAsync("queue", Event);
        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        world.Time.Advance(TimeSpan.FromSeconds(10));

        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));

        Assert.Equal(
            ["put-off", "applied"],
            trace.Spans.Where(span => span.DisplayName == "process").Select(span => span.GetTagItem("usersync.outcome")));
        Assert.Equal(
            [ActivityStatusCode.Error, ActivityStatusCode.Unset],
            trace.Spans.Where(span => span.DisplayName == "update").Select(span => span.Status));
    }

    [Fact]
    public async Task A_sender_that_waits_has_its_update_in_its_delivery()
    {
        await using var world = await World.StartAsync();

        await world.DeliverAsync("wait", Event);

        Assert.Equal(trace.Single("delivery").SpanId, trace.Single("update").ParentSpanId);
    }

    [Fact]
    public async Task A_message_whose_trace_context_cannot_be_read_is_processed_all_the_same()
    {
        await using var world = await World.StartAsync();
        var message = new JsonObject
        {
            ["source"] = "queue",
            ["occurredAt"] = "2026-02-03T04:00:00Z",
            ["event"] = JsonNode.Parse(Event),
            ["traceparent"] = "00-nothing",
            ["tracestate"] = "?",
        };

        await world.ProcessAsync(message.ToJsonString());

        Assert.Equal(request.SpanId, trace.Single("process").ParentSpanId);
        Assert.Equal("applied", trace.Single("process").GetTagItem("usersync.outcome"));
    }

    [Fact]
    public async Task Spans_say_the_source_the_verdict_and_how_many_events()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("queue", $"[{Event}, {Event.Replace("evt-1", "evt-2", StringComparison.Ordinal)}]");
        await world.DeliverAsync("queue", Event, token: "wrong");

        var deliveries = trace.Spans.Where(span => span.DisplayName == "delivery").ToList();

        Assert.Equal([("queue", "valid", 2), ("queue", "mismatch", null)], deliveries.Select(span =>
            (span.GetTagItem("usersync.source"), span.GetTagItem("usersync.verdict"), (int?)span.GetTagItem("usersync.events"))));
    }

    [Fact]
    public async Task The_context_is_in_the_message_in_the_form_of_the_W3C()
    {
        request.TraceStateString = "vendor=1";
        await using var world = await World.StartAsync();

        await world.DeliverAsync("queue", Event);

        var message = JsonElement.Parse(Assert.Single(await world.TakeAsync()));
        Assert.Equal(trace.Single("delivery").Id, message.GetProperty("traceparent").GetString());
        Assert.Equal("vendor=1", message.GetProperty("tracestate").GetString());
    }

    public void Dispose()
    {
        trace.Dispose();
        request.Dispose();
    }

    /// <summary>As the worker calls a queue function: in a span of its own, in a trace of its own.</summary>
    private static async Task<Activity> InInvocationAsync(Func<Task> function)
    {
        var before = Activity.Current;
        Activity.Current = null;
        using var invocation = new Activity("invocation").Start();
        await function();
        invocation.Stop();
        Activity.Current = before;
        return invocation;
    }
}
