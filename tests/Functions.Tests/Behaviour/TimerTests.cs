using System.Diagnostics.Metrics;
using Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Functions.Tests.Behaviour;

public sealed class TimerTests
{
    private const string Event = """{ "id": "evt-1", "user": "42", "email": "ada@example.com", "name": "Ada" }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_are_forgotten_when_their_time_is_over()
    {
        await using var world = await World.StartAsync();
        await world.DeliverAsync("wait", Event);
        var functions = world.Function<TimerFunctions>();

        world.Time.Advance(TimeSpan.FromDays(29));
        await functions.ForgetOutcomesAsync(new TimerInfo(), Cancellation);
        Assert.NotNull(await world.FindOutcomeAsync("wait", "evt-1"));

        world.Time.Advance(TimeSpan.FromDays(2));
        await functions.ForgetOutcomesAsync(new TimerInfo(), Cancellation);
        Assert.Null(await world.FindOutcomeAsync("wait", "evt-1"));
    }

    [Fact]
    public async Task Events_that_an_instance_left_behind_go_to_the_queue()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("wait", Event, "evt-1");
        world.Time.Advance(TimeSpan.FromHours(1));

        await world.Function<TimerFunctions>().SweepEventsAsync(new TimerInfo(), Cancellation);

        await world.ProcessAsync(Assert.Single(await world.TakeAsync()));
        Assert.Equal("ada@example.com", world.Truto.Find(World.Account, World.UserId)!.Email);
    }

    [Fact]
    public async Task The_age_of_the_queue_is_known_also_where_nothing_is_processed()
    {
        await using var world = await World.StartAsync();
        using var ages = new MetricCollector<double>(world.Get<IMeterFactory>(), "UserSync", "usersync.queue.age");
        await world.DeliverAsync("queue", Event);
        world.Time.Advance(TimeSpan.FromMinutes(7));

        await world.Function<TimerFunctions>().MeasureQueueAsync(new TimerInfo(), Cancellation);

        Assert.Equal(7 * 60, Assert.Single(ages.GetMeasurementSnapshot()).Value);
    }

    [Fact]
    public async Task An_empty_queue_is_measured_too_because_an_app_that_reports_nothing_is_taken_for_dead()
    {
        await using var world = await World.StartAsync();
        using var ages = new MetricCollector<double>(world.Get<IMeterFactory>(), "UserSync", "usersync.queue.age");

        await world.Function<TimerFunctions>().MeasureQueueAsync(new TimerInfo(), Cancellation);

        Assert.Equal(0, Assert.Single(ages.GetMeasurementSnapshot()).Value);
    }
}
