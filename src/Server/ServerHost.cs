using Microsoft.AspNetCore.Diagnostics;
using Server.Operator;
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
    private const string Webhooks = Prefix + WebhookEndpoint.Folder;

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
        // Without what only IIS and HTTP/3 need: it takes less memory. Certificates are asked for.
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Configuration.AddUserSecrets(typeof(ServerHost).Assembly, optional: true).AddEnvironmentVariables().AddInMemoryCollection(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The endpoint has a bound of its own, and answers it with a problem document.
            kestrel.Limits.MaxRequestBodySize = null;
        });

        // Nothing here blocks for longer than it takes to read a row, so what arrives is handled where it arrives.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);

        // The framework writes whole addresses, and some senders put their token into the query.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // As long as this might log, every request gets a trace of its own, of which nobody ever hears. Whoever listens to traces has them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.AddUserSync(builder.Configuration).AddStore(builder.Configuration).AddKeyVaultSecrets(builder.Configuration);
        builder.Services.AddMonitoring(builder.Configuration);
        builder.Services.AddSingleton<OperatorAccess>();
        builder.Services.AddOperatorConsole(builder.Configuration);
        builder.Services.AddHostedService<QueueWorker>().AddHostedService<RetentionWorker>().AddHostedService<DirectoryWorker>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        configure?.Invoke(builder);
        return Map(builder.Build());
    }

    private static WebApplication Map(WebApplication app)
    {
        app.UseExceptionHandler(errors => errors.Run(AnswerErrorAsync));

        // Nearly all that arrives are deliveries, to this address as it is printed. Routing finds the rest, and other spellings. Only who
        // serves asks for the endpoint: with it the store is opened.
        app.Use(next =>
        {
            var webhooks = app.Services.GetRequiredService<WebhookEndpoint>();
            return context => SourceIn(context.Request.Path) is { } source ? TakeAsync(webhooks, context, source) : next(context);
        });
        app.UseRouting();

        // Every method: which of them a source takes, and what the others are told, is the endpoint's business.
        app.Map(Prefix + WebhookEndpoint.Route, (HttpContext context, string source, WebhookEndpoint webhooks) => TakeAsync(webhooks, context, source));
        app.MapGet(
                Prefix + HealthEndpoint.Route,
                async (HttpContext context, OperatorAccess access, HealthEndpoint endpoint, CancellationToken cancellationToken) =>
                    await endpoint.HandleAsync(showDetails: await access.RefusalAsync(context) is null, cancellationToken))
            .DescribeHealth();
        app.MapGroup(Prefix).AddEndpointFilter(app.Services.GetRequiredService<OperatorAccess>()).MapEvents();
        app.MapGet(Prefix + ApiDescription.Route, () => ApiDescription.Read());
        app.MapOperatorConsole();
        return app;
    }

    private static string? SourceIn(PathString path) =>
        path.Value is { } text && text.Length > Webhooks.Length && text.StartsWith(Webhooks, StringComparison.Ordinal)
        && text.IndexOf('/', Webhooks.Length) < 0
            ? text[Webhooks.Length..]
            : null;

    private static async Task TakeAsync(WebhookEndpoint webhooks, HttpContext context, string source)
    {
        var result = await webhooks.HandleAsync(context.Request, source, context.RequestAborted);
        await result.ExecuteAsync(context);
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
