using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using UserSync;
using UserSync.Endpoints;
using UserSync.Receiving;

namespace Server;

/// <summary>The same endpoints as in Azure, on Kestrel.</summary>
internal static class ServerHost
{
    private const string Prefix = "/api/";

    /// <summary>Builds the server.</summary>
    /// <param name="settings">Settings that go before all others.</param>
    /// <param name="configure">What a command or a test does differently.</param>
    internal static WebApplication Build(IReadOnlyDictionary<string, string?> settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddUserSecrets<ServeDefaults>(optional: true).AddEnvironmentVariables().AddInMemoryCollection(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The endpoint has a bound of its own, and answers it with a problem document.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddUserSync(builder.Configuration);
        configure?.Invoke(builder);
        return Map(builder.Build());
    }

    private static WebApplication Map(WebApplication app)
    {
        app.UseExceptionHandler(errors => errors.Run(context => new ProblemResult(500, "unexpected", "Something went wrong here. It has been logged.").ExecuteAsync(context)));
        app.MapMethods(
            Prefix + WebhookEndpoint.Route,
            [HttpMethods.Get, HttpMethods.Post, HttpMethods.Options],
            (HttpRequest request, string source, WebhookEndpoint endpoint, CancellationToken cancellationToken) => endpoint.HandleAsync(request, source, cancellationToken));
        app.MapGet(Prefix + HealthEndpoint.Route, (HealthEndpoint endpoint) => endpoint.Handle());
        return app;
    }
}
