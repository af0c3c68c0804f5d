using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using Truto;
using UserSync.Telemetry;

namespace UserSync.Monitoring;

/// <summary>Sends traces, metrics and logs to where the configuration says, for every host the same.</summary>
public static class MonitoringServiceCollectionExtensions
{
    /// <summary>The setting with the address of an OTLP endpoint; OpenTelemetry's other variables (protocol, headers) count too.</summary>
    public const string OtlpEndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The setting that names an Application Insights component.</summary>
    public const string ConnectionStringSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    private const string ServiceName = "truto-user-sync";

    /// <summary>
    /// Adds OpenTelemetry with an OTLP exporter where <see cref="OtlpEndpointSetting"/> is set, and with Azure Monitor's where
    /// <see cref="ConnectionStringSetting"/> is. Without either, nothing is recorded.
    /// <para>
    /// Of the framework's own sources none is added: their spans and logs hold whole addresses, and some senders put their token into
    /// the query.
    /// </para>
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>What a host adds its own sources to.</returns>
    /// <exception cref="InvalidOperationException"><see cref="AzureMonitorCredential.Setting"/> cannot be read.</exception>
    public static IOpenTelemetryBuilder AddMonitoring(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = services.AddOpenTelemetry();
        var hasOtlp = !string.IsNullOrWhiteSpace(configuration[OtlpEndpointSetting]);
        var hasAzureMonitor = !string.IsNullOrWhiteSpace(configuration[ConnectionStringSetting]);

        // A method of its own, so that a host that records nothing does not load the exporters.
        return hasOtlp || hasAzureMonitor ? AddExporters(builder, configuration, hasOtlp, hasAzureMonitor) : builder;
    }

    private static IOpenTelemetryBuilder AddExporters(IOpenTelemetryBuilder builder, IConfiguration configuration, bool hasOtlp, bool hasAzureMonitor)
    {
        builder
            .ConfigureResource(resource => resource.AddService(ServiceName).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(UserSyncTelemetry.Name, TrutoClient.ActivitySourceName))
            .WithMetrics(metrics => metrics.AddMeter(UserSyncTelemetry.Name))
            .WithLogging(null, logging => logging.IncludeFormattedMessage = true);
        if (hasOtlp)
        {
            builder.UseOtlpExporter();
        }

        if (hasAzureMonitor)
        {
            AddAzureMonitor(builder, configuration[ConnectionStringSetting]!, AzureMonitorCredential.Read(configuration));
        }

        return builder;
    }

    private static void AddAzureMonitor(IOpenTelemetryBuilder builder, string connectionString, TokenCredential? credential)
    {
        builder
            .WithTracing(tracing => tracing.AddAzureMonitorTraceExporter(Configure))
            .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(Configure))
            .WithLogging(logging => logging.AddAzureMonitorLogExporter(Configure));

        void Configure(AzureMonitorExporterOptions options)
        {
            options.ConnectionString = connectionString;
            options.Credential = credential;

            // Traces are sampled; a warning is worth the same whether its trace was or not.
            options.EnableTraceBasedLogsSampler = false;
        }
    }
}
