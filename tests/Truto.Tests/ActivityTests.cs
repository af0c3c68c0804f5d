using System.Collections.Concurrent;
using System.Diagnostics;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests;

public sealed class ActivityTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> stopped = [];
    private readonly ActivityListener listener;
    private readonly Activity parent = new Activity("test").Start();

    public ActivityTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TrutoClient.ActivitySourceName or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == parent.TraceId)
                {
                    stopped.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_one_activity_that_shows_the_route_and_not_the_URL()
    {
        await using var server = await Server.StartAsync(200, "{}");

        await server.Users().UpdateAsync("secret-id", Clients.Patch, cancellationToken: Cancellation);

        var activity = Assert.Single(stopped);
        Assert.Equal("PATCH /unified/crm/users/{id}", activity.DisplayName);
        Assert.Equal(ActivityKind.Client, activity.Kind);
        Assert.Equal("PATCH", activity.GetTagItem("http.request.method"));
        Assert.Equal("/unified/crm/users/{id}", activity.GetTagItem("url.template"));
        Assert.Equal(server.Address.Host, activity.GetTagItem("server.address"));
        Assert.Equal(server.Address.Port, activity.GetTagItem("server.port"));
        Assert.Equal(200, activity.GetTagItem("http.response.status_code"));
        Assert.Equal(0, activity.GetTagItem("http.request.resend_count"));
        Assert.DoesNotContain(activity.TagObjects, tag => tag.Value?.ToString()?.Contains("secret-id", StringComparison.Ordinal) == true);
        Assert.DoesNotContain("traceparent", server.Single.Headers.Keys);
    }

    [Fact]
    public async Task A_failed_call_has_its_cause_and_its_attempts()
    {
        var script = new Script(Script.Answer(500), Script.Answer(409));

        await Assert.ThrowsAsync<TrutoException>(() => script.Users().UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        var activity = Assert.Single(stopped);
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("Conflict", activity.GetTagItem("error.type"));
        Assert.Equal(409, activity.GetTagItem("http.response.status_code"));
        Assert.Equal(1, activity.GetTagItem("http.request.resend_count"));
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_a_timeout()
    {
        var time = new TestTime();
        var users = new Script().Users(time, options => options.Token = async cancellation =>
        {
            time.Advance(TestTime.OverallTimeout);
            await Task.Delay(Timeout.Infinite, cancellation);
            return "";
        });

        await Assert.ThrowsAsync<TrutoException>(() => users.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        var activity = Assert.Single(stopped);
        Assert.Equal((ActivityStatusCode.Error, "Timeout"), (activity.Status, activity.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_cancelled_call_is_no_cause_of_its_own()
    {
        using var cancellation = new CancellationTokenSource();
        var script = new Script(() =>
        {
            cancellation.Cancel();
            throw new OperationCanceledException(cancellation.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => script.Users().UpdateAsync("7", Clients.Patch, cancellationToken: cancellation.Token));

        Assert.Contains("Cancel", Assert.Single(stopped).GetTagItem("error.type")?.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        parent.Dispose();
        listener.Dispose();
    }
}
