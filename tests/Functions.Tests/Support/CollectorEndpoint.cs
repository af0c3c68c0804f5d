using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Functions.Tests.Support;

/// <summary>Takes whatever exporters send, on loopback.</summary>
internal sealed class CollectorEndpoint : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Body)> requests = new();
    private readonly WebApplication application;
    private int running;

    private CollectorEndpoint()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        application = builder.Build();
        application.Run(TakeAsync);
    }

    internal string Address => application.Urls.Single();

    internal IReadOnlyList<(string Path, string Body)> Requests => [.. requests];

    internal static async Task<CollectorEndpoint> StartAsync()
    {
        var endpoint = new CollectorEndpoint();
        await endpoint.application.StartAsync(TestContext.Current.CancellationToken);
        return endpoint;
    }

    /// <summary>Waits until no request is under way.</summary>
    internal async Task IdleAsync()
    {
        while (Volatile.Read(ref running) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        Interlocked.Increment(ref running);
        try
        {
            await using var body = context.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
                : context.Request.Body;
            using var bytes = new MemoryStream();
            await body.CopyToAsync(bytes, context.RequestAborted);
            requests.Enqueue((context.Request.Path, Encoding.UTF8.GetString(bytes.ToArray())));
            if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("""{ "itemsReceived": 1, "itemsAccepted": 1, "errors": [] }""", context.RequestAborted);
            }
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}
