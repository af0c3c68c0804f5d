using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using UserSync.Endpoints;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving.Verification;
using UserSync.Sources;
using UserSync.Sqlite;

namespace UserSync.Tests.Support;

/// <summary>The product as a host runs it: real connections, the embedded store in a file, and a worker that takes from the queue.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private QueueWorker? worker;

    private Deployment(ServiceProvider services) => this.services = services;

    internal RecordedOutcomes Outcomes => new(services.GetRequiredService<IOutcomeStore>());

    internal static Deployment Start(Folder sources, string database, IEnumerable<(string Name, string Value)> settings) => new(TestServices.Build(
        [.. settings, ("Sources:Folder", sources.Path), ("Sqlite:Path", database)], (collection, configuration) => collection.AddSqliteStore(configuration)));

    /// <summary>Begins to process what is on the queue.</summary>
    internal Task StartWorkerAsync()
    {
        worker = ActivatorUtilities.CreateInstance<QueueWorker>(services);
        return worker.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a delivery, signed as its vendor does.</summary>
    internal async Task<Answer> DeliverAsync(string name, string body, string secret, IEnumerable<(string Name, string Value)>? headers = null)
    {
        var catalog = services.GetRequiredService<SourceCatalog>();
        Assert.Empty(catalog.Findings);
        var draft = new DeliveryDraft { Url = "https://hooks.example.com/in", Body = Encoding.UTF8.GetBytes(body), SignedAt = TimeProvider.System.GetUtcNow() };
        ((ISigner)catalog.Find(name)!.Verifier).Sign(draft, secret);
        var context = new DefaultHttpContext();
        context.Request.Method = draft.Method;
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(draft.Body.ToArray());
        context.Request.ContentLength = draft.Body.Length;
        foreach (var (header, value) in draft.Headers.Select(header => (header.Key, header.Value)).Concat(headers ?? []))
        {
            context.Request.Headers[header] = value;
        }

        var endpoint = services.GetRequiredService<WebhookEndpoint>();
        return await TestEndpoint.ExecuteAsync(await endpoint.HandleAsync(context.Request, name, TestContext.Current.CancellationToken), context);
    }

    public async ValueTask DisposeAsync()
    {
        if (worker is not null)
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }

        await services.DisposeAsync();
    }
}
