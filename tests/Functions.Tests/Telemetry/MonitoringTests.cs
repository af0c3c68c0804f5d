using Functions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using UserSync.Monitoring;

namespace Functions.Tests.Telemetry;

public sealed class MonitoringTests
{
    private const int FlushMilliseconds = 10_000;
    private const string Refusal = "Refused a delivery to source queue: Mismatch.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_metrics_and_logs_go_to_the_OTLP_endpoint()
    {
        await using var endpoint = await CollectorEndpoint.StartAsync();

        await SendAsync(endpoint, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });

        Assert.Equal(
            ["/v1/logs", "/v1/metrics", "/v1/traces"],
            endpoint.Requests.Select(request => request.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Contains(
            endpoint.Requests, request => request.Path == "/v1/traces" && request.Body.Contains("delivery", StringComparison.Ordinal));
        Assert.Contains(
            endpoint.Requests,
            request => request.Path == "/v1/metrics" && request.Body.Contains("usersync.deliveries", StringComparison.Ordinal));
        Assert.Contains(
            endpoint.Requests,
            request => request.Path == "/v1/logs" && request.Body.Contains(Refusal, StringComparison.Ordinal));
        Assert.All(endpoint.Requests, request => Assert.Contains("truto-user-sync", request.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    public async Task A_delivery_is_traced_although_the_server_records_no_request_and_its_sender_no_trace(string traceParent)
    {
        await using var endpoint = await CollectorEndpoint.StartAsync();
        await using var world = await StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        var traces = world.Get<TracerProvider>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.AddProvider(new LogCollector());
        await using var server = builder.Build();
        server.Run(async context =>
        {
            var result = await world.Function<WebhookFunctions>().ReceiveDeliveryAsync(context.Request, "queue", context.RequestAborted);
            await result.ExecuteAsync(context);
        });
        await server.StartAsync(Cancellation);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Urls.Single()) { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation("traceparent", traceParent);

        using var response = await client.SendAsync(request, Cancellation);

        Assert.True(traces.ForceFlush(FlushMilliseconds));
        await endpoint.IdleAsync();
        Assert.Contains(endpoint.Requests, sent => sent.Path == "/v1/traces" && sent.Body.Contains("delivery", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Traces_metrics_and_logs_go_to_Azure_Monitor()
    {
        await using var endpoint = await CollectorEndpoint.StartAsync();

        await SendAsync(endpoint, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] =
                $"InstrumentationKey={Guid.Empty};IngestionEndpoint={endpoint.Address}/;LiveEndpoint={endpoint.Address}/",

            // By default it takes a few traces a second, by chance.
            ["OTEL_TRACES_SAMPLER"] = "microsoft.fixed_percentage",
            ["OTEL_TRACES_SAMPLER_ARG"] = "1.0",
        });

        var sent = string.Concat(endpoint.Requests.Select(request => request.Body));
        Assert.Contains("\"delivery\"", sent, StringComparison.Ordinal);
        Assert.Contains("usersync.deliveries", sent, StringComparison.Ordinal);
        Assert.Contains(Refusal, sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_exporter_nothing_is_recorded()
    {
        await using var services = Services([]);

        Assert.Null(services.GetService<TracerProvider>());
        Assert.Null(services.GetService<MeterProvider>());
        Assert.Null(services.GetService<LoggerProvider>());
    }

    [Theory]
    [InlineData("Authorization=AAD")]
    [InlineData("Authorization=AAD;ClientId=0d3c1f6e-1111-4c55-9b1e-5f0a3c2d1e01")]
    [InlineData("clientid=0d3c1f6e-1111-4c55-9b1e-5f0a3c2d1e01; authorization=aad;")]
    [InlineData(" ")]
    public async Task Azure_Monitor_takes_the_identity_that_the_host_takes(string authentication)
    {
        await using var services = Services(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey={Guid.Empty}",
            ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = authentication,
        });

        Assert.Contains(
            services.GetServices<IHostedService>(), service => service.GetType().FullName!.Contains("Telemetry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AAD")]
    [InlineData("Authorization=Key")]
    [InlineData("ClientId=0d3c1f6e-1111-4c55-9b1e-5f0a3c2d1e01")]
    [InlineData("Authorization=AAD;ClientId=nobody")]
    [InlineData("Authorization=AAD;Secret=quokka")]
    public void An_identity_that_cannot_be_read_is_refused_without_repeating_it(string authentication)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Services(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey={Guid.Empty}",
            ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = authentication,
        }));

        Assert.Equal(
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING cannot be read; write Authorization=AAD, "
            + "or Authorization=AAD;ClientId=<the identity's client id>.",
            refusal.Message);
    }

    private static async Task SendAsync(CollectorEndpoint endpoint, Dictionary<string, string?> settings)
    {
        await using var world = await StartAsync(settings);
        var (traces, metrics, logs) = (world.Get<TracerProvider>(), world.Get<MeterProvider>(), world.Get<LoggerProvider>());

        await world.DeliverAsync("queue", "{}", token: "wrong");

        Assert.True(traces.ForceFlush(FlushMilliseconds));
        Assert.True(metrics.ForceFlush(FlushMilliseconds));
        Assert.True(logs.ForceFlush(FlushMilliseconds));
        await endpoint.IdleAsync();
    }

    private static Task<World> StartAsync(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return World.StartAsync(services =>
        {
            // The exporters read their own settings from the host's configuration.
            services.AddSingleton<IConfiguration>(configuration);
            services.AddMonitoring(configuration);
        });
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging();
        services.AddMonitoring(configuration);
        return services.BuildServiceProvider();
    }
}
