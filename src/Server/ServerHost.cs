using Microsoft.AspNetCore.Diagnostics;
using UserSync;
using UserSync.Azure.Secrets;
using UserSync.Endpoints;
using UserSync.Monitoring;
using UserSync.Processing;

namespace Server;

/// <summary>The same endpoints as in Azure, on Kestrel.</summary>
internal static class ServerHost
{
    private const string Prefix = "/api/";

    // Longer than the worker takes to finish or hand back what it holds.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The settings that a command line makes.</summary>
    /// <param name="sources">The folder of source files, where the command line names one.</param>
    internal static Dictionary<string, string?> Settings(string? sources)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (sources is not null)
        {
            settings["Sources:Folder"] = sources;
        }

        return settings;
    }

    /// <summary>Builds the server.</summary>
    /// <param name="settings">Settings that go before all others.</param>
    /// <param name="configure">What a command or a test does differently.</param>
    internal static WebApplication Build(IReadOnlyDictionary<string, string?> settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddUserSecrets(typeof(ServerHost).Assembly, optional: true).AddEnvironmentVariables().AddInMemoryCollection(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The endpoint has a bound of its own, and answers it with a problem document.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);

        // The framework writes whole addresses, and some senders put their token into the query.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddUserSync(builder.Configuration).AddStore(builder.Configuration).AddKeyVaultSecrets(builder.Configuration);
        builder.Services.AddMonitoring(builder.Configuration);
        builder.Services.AddSingleton<OperatorAccess>();
        builder.Services.AddOperatorConsole(builder.Configuration);
        builder.Services.AddHostedService<QueueWorker>().AddHostedService<RetentionWorker>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        configure?.Invoke(builder);
        return Map(builder.Build());
    }

    private static WebApplication Map(WebApplication app)
    {
        app.UseExceptionHandler(errors => errors.Run(AnswerErrorAsync));

        // Every method: which of them a source takes, and what the others are told, is the endpoint's business.
        app.Map(
            Prefix + WebhookEndpoint.Route,
            (HttpRequest request, string source, WebhookEndpoint endpoint, CancellationToken cancellationToken) => endpoint.HandleAsync(request, source, cancellationToken));
        app.MapGet(
            Prefix + HealthEndpoint.Route,
            async (HttpContext context, OperatorAccess access, HealthEndpoint endpoint, CancellationToken cancellationToken) =>
                await endpoint.HandleAsync(showDetails: await access.RefusalAsync(context) is null, cancellationToken));
        MapEvents(app.MapGroup(Prefix).AddEndpointFilter<OperatorAccess>());
        app.MapOperatorConsole();
        return app;
    }

    private static void MapEvents(RouteGroupBuilder operators)
    {
        operators.MapGet(
            EventsEndpoint.ListRoute,
            (HttpRequest request, EventsEndpoint endpoint, CancellationToken cancellationToken) => endpoint.ListAsync(request, cancellationToken));
        operators.MapGet(
            EventsEndpoint.FindRoute,
            (string source, string id, EventsEndpoint endpoint, CancellationToken cancellationToken) => endpoint.FindAsync(source, id, cancellationToken));
        operators.MapPost(
            EventsEndpoint.ReplayRoute,
            (HttpRequest request, string source, string id, EventsEndpoint endpoint, CancellationToken cancellationToken) =>
                endpoint.ReplayAsync(request, source, id, cancellationToken));
        operators.MapPost(
            EventsEndpoint.ReplayManyRoute,
            (HttpRequest request, EventsEndpoint endpoint, CancellationToken cancellationToken) => endpoint.ReplayManyAsync(request, cancellationToken));
    }

    /// <summary>What a request that breaks off, or breaks the protocol, is told; everything else is a defect of ours.</summary>
    private static Task AnswerErrorAsync(HttpContext context)
    {
        var problem = context.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
            ? new ProblemResult(bad.StatusCode, "bad-request", "The request is not well-formed HTTP.")
            : new ProblemResult(StatusCodes.Status500InternalServerError, "unexpected", "Something went wrong here. It has been logged.");
        return problem.ExecuteAsync(context);
    }
}
