using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace UserSync.Tests.Support;

/// <summary>A source system's API on its own Kestrel on 127.0.0.1. It remembers what it was asked, as it came over the wire.</summary>
internal sealed class SourceServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<ReceivedRequest> received = new();

    private SourceServer(WebApplication application) => this.application = application;

    /// <summary>Where it listens, without a slash at the end.</summary>
    internal string Address => application.Urls.Single();

    internal int Port => new Uri(Address).Port;

    /// <summary>Everything that it was asked, in order.</summary>
    internal IReadOnlyList<ReceivedRequest> Received => [.. received];

    internal static async Task<SourceServer> StartAsync(RequestDelegate answer, IPAddress? address = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address ?? IPAddress.Loopback, 0);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var server = new SourceServer(builder.Build());
        server.application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            server.received.Enqueue(new ReceivedRequest(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                context.Request.Host.Value ?? string.Empty,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            context.Items["body"] = body;
            await answer(context);
        });
        await server.application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A server that answers everything with the same record.</summary>
    internal static Task<SourceServer> StartAsync(string record = """{ "user": "42", "email": "ada@example.com" }""") =>
        StartAsync(context => JsonAsync(context, record));

    internal static async Task JsonAsync(HttpContext context, string json, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }
}
