using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Truto.Tests.Support;

/// <summary>A real server on the loopback interface.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Sent> sent = [];

    private Server(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public IReadOnlyList<Sent> Sent => [.. sent];

    public Sent Single => Assert.Single(sent);

    public static async Task<Server> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new Server(builder.Build());
        server.app.Run(async context =>
        {
            await server.RecordAsync(context);
            await answer(context);
        });
        await server.app.StartAsync();
        return server;
    }

    public static Task<Server> StartAsync(int status, string? json = null) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        if (json is null)
        {
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    });

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task RecordAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        sent.Enqueue(new Sent(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await body.ReadToEndAsync(context.RequestAborted)));
    }
}
