using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Functions.Tests.Support;

/// <summary>As much of the blob service as a message in a blob needs, on loopback: create the container, read a blob, remove it.</summary>
internal sealed class BlobService : IAsyncDisposable
{
    private const string AccountName = "devstoreaccount1";

    private readonly ConcurrentDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
    private readonly WebApplication application;

    private BlobService()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        application = builder.Build();
        application.MapPut("/{account}/{container}", (HttpContext context) => Answer(context, StatusCodes.Status201Created));
        application.MapGet("/{account}/{container}/{**name}", ReadAsync);
        application.MapDelete("/{account}/{container}/{**name}", (HttpContext context, string name) =>
            Answer(context, blobs.TryRemove(name, out _) ? StatusCodes.Status202Accepted : StatusCodes.Status404NotFound));
    }

    internal IEnumerable<string> Names => blobs.Keys;

    /// <summary>Settings that make this the account's blob service.</summary>
    internal IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = string.Create(
            CultureInfo.InvariantCulture,
            $"AccountName={AccountName};AccountKey=a2V5;BlobEndpoint={Address};QueueEndpoint={Address};TableEndpoint={Address}"),
    };

    private string Address => $"{application.Urls.Single()}/{AccountName}";

    internal static async Task<BlobService> StartAsync()
    {
        var service = new BlobService();
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
