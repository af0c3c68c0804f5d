using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Truto.Sandbox.Unified;

namespace Truto.Sandbox;

/// <summary>A sandbox on its own Kestrel on 127.0.0.1.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private SandboxServer(WebApplication application)
    {
        this.application = application;
        BaseAddress = new Uri(application.Urls.Single());
    }

    /// <summary>The address to send calls to, for example <c>http://127.0.0.1:43127/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="truto">The state to serve; it outlives the server, and several servers may share it.</param>
    /// <param name="port">The TCP port; 0 for any that is free.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxTruto truto, int port = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(truto);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);

        // The empty builder reads no configuration, watches no file and logs nothing, so that hundreds start quickly.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var host = builder.Build();
        try
        {
            host.MapTrutoSandbox(truto);
            host.MapFallback(context => Refusals.UnknownRoute.SendAsync(context.Response, context.RequestAborted));
            await host.StartAsync(cancellationToken);
            return new SandboxServer(host);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server: answers in progress have one second to end, and calls that hang are dropped at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }
}
