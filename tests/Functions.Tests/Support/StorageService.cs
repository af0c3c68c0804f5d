using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Functions.Tests.Support;

/// <summary>
/// As much of a storage account as a function needs that is handed a message, on loopback: create a container and a queue, read a blob
/// and remove it, put a message on a queue.
/// </summary>
internal sealed class StorageService : IAsyncDisposable
{
    private const string AccountName = "devstoreaccount1";

    private readonly ConcurrentDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<QueuedText> queued = new();
    private readonly WebApplication application;

    private StorageService()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        application = builder.Build();
        application.MapPost("/{account}/{queue}/messages", QueueAsync);
        application.MapPut("/{account}/{container}", (HttpContext context) => Answer(context, StatusCodes.Status201Created));
        application.MapGet("/{account}/{container}/{**name}", ReadAsync);
        application.MapDelete("/{account}/{container}/{**name}", (HttpContext context, string name) =>
            Answer(context, blobs.TryRemove(name, out _) ? StatusCodes.Status202Accepted : StatusCodes.Status404NotFound));
    }

    /// <summary>The names of all blobs.</summary>
    internal IEnumerable<string> Names => blobs.Keys;

    /// <summary>What was put on queues.</summary>
    internal IEnumerable<QueuedText> Queued => queued;

    /// <summary>Whether queues refuse what is put on them.</summary>
    internal bool RefusesMessages { get; set; }

    /// <summary>Settings that make this the host's account.</summary>
    internal IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = string.Create(
            CultureInfo.InvariantCulture,
            $"AccountName={AccountName};AccountKey=a2V5;BlobEndpoint={Address};QueueEndpoint={Address};TableEndpoint={Address}"),
    };

    private string Address => $"{application.Urls.Single()}/{AccountName}";

    internal static async Task<StorageService> StartAsync()
    {
        var service = new StorageService();
        await service.application.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    /// <summary>A name as the store gives to the blob of a message.</summary>
    internal static string NewName() => $"messages/{new string('a', 64)}/{Guid.NewGuid():N}";

    internal string Put(byte[] content)
    {
        var name = NewName();
        blobs[name] = content;
        return name;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status404NotFound)
        {
            context.Response.Headers["x-ms-error-code"] = "BlobNotFound";
        }

        return Task.CompletedTask;
    }

    private async Task QueueAsync(HttpContext context, string queue)
    {
        if (RefusesMessages)
        {
            await Answer(context, StatusCodes.Status403Forbidden);
            return;
        }

        var sent = await XElement.LoadAsync(context.Request.Body, LoadOptions.PreserveWhitespace, context.RequestAborted);
        var query = context.Request.Query;
        queued.Enqueue(new QueuedText(queue, sent.Element("MessageText")!.Value, $"{query["visibilitytimeout"]}", $"{query["messagettl"]}"));
        const string Time = "Tue, 03 Feb 2026 04:05:06 GMT";
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(
            $"""
            <QueueMessagesList><QueueMessage>
              <MessageId>1</MessageId><InsertionTime>{Time}</InsertionTime><ExpirationTime>{Time}</ExpirationTime>
              <PopReceipt>1</PopReceipt><TimeNextVisible>{Time}</TimeNextVisible>
            </QueueMessage></QueueMessagesList>
            """,
            context.RequestAborted);
    }

    private async Task ReadAsync(HttpContext context, string name)
    {
        if (!blobs.TryGetValue(name, out var content))
        {
            await Answer(context, StatusCodes.Status404NotFound);
            return;
        }

        context.Response.Headers.ETag = "\"1\"";
        context.Response.Headers.LastModified = "Tue, 03 Feb 2026 04:05:06 GMT";
        context.Response.Headers["x-ms-blob-type"] = "BlockBlob";
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}
