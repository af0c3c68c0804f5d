using UserSync.Endpoints;
using UserSync.Processing;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

public sealed class HealthEndpointTests
{
    [Theory]
    [InlineData(false, 200, """{"status":"ready"}""")]
    [InlineData(true, 503, """{"status":"unready"}""")]
    public async Task Health_is_whether_every_source_runs(bool isBroken, int status, string body)
    {
        using var endpoint = TestEndpoint.With();
        if (isBroken)
        {
            endpoint.AddFile("broken.json", "{}");
        }

        var answer = await CheckAsync(endpoint, showDetails: false);

        Assert.Equal((status, "application/json", body, "no-store"), (answer.Status, answer.ContentType, answer.Body, answer.Headers["Cache-Control"]));
    }

    private static async Task<Answer> CheckAsync(TestEndpoint endpoint, bool showDetails)
    {
        var health = new HealthEndpoint(endpoint.Catalog(), endpoint.Processing.Queue, new WorkerProgress(endpoint.Time), endpoint.Time, new LogCollector<HealthEndpoint>());
        return await TestEndpoint.ExecuteAsync(await health.HandleAsync(showDetails, TestContext.Current.CancellationToken));
    }
}
