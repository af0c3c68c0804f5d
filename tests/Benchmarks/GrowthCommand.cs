using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using UserSync;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving.Events;
using UserSync.Sqlite;

namespace Benchmarks;

/// <summary><c>growth</c>: how fast events are processed when the ledger has few users and when it has many.</summary>
internal static class GrowthCommand
{
    private const double Least = 0.8;
    private const int Writers = 512;

    internal static Command Create()
    {
        var few = new Option<int>("--few") { Description = "The small number of users", DefaultValueFactory = _ => 1_000 };
        var many = new Option<int>("--many") { Description = "The large number of users", DefaultValueFactory = _ => 1_000_000 };
        var events = new Option<int>("--events") { Description = "How many events a round", DefaultValueFactory = _ => 5_000 };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 5 };
        var command = new Command("growth", "Events processed a second with few and with many users in the ledger") { few, many, events, rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(few), parsed.GetValue(many), parsed.GetValue(events), parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int few, int many, int events, int rounds, CancellationToken cancellationToken)
    {
        using var smallSpace = new Workspace(new Uri("http://127.0.0.1:9/"), "token");
        using var largeSpace = new Workspace(new Uri("http://127.0.0.1:9/"), "token");
        using var small = await MakeAsync(smallSpace, few, cancellationToken);
        using var large = await MakeAsync(largeSpace, many, cancellationToken);
        await DrainAsync(small, few, events, cancellationToken);
        await DrainAsync(large, many, events, cancellationToken);
        List<double> smalls = [];
        List<double> larges = [];
        for (var round = 0; round < rounds; round++)
        {
            smalls.Add(await DrainAsync(small, few, events, cancellationToken));
            larges.Add(await DrainAsync(large, many, events, cancellationToken));
        }

        var ratio = Figures.Median(larges) / Figures.Median(smalls);
        Console.WriteLine($"events processed a second, median of {rounds} rounds of {events}");
        Console.WriteLine($"{few,9} users in the ledger   {Figures.Text(smalls)}");
        Console.WriteLine($"{many,9} users in the ledger   {Figures.Text(larges)}");
        Console.WriteLine($"ratio                         {ratio,9:F2}  (at least {Least})");
        return ratio >= Least ? 0 : 1;
    }

    /// <summary>The product without a door: a queue that is filled here, and a Truto that answers at once.</summary>
    private static async Task<IHost> MakeAsync(Workspace workspace, int users, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(workspace.Configuration).AddInMemoryCollection([KeyValuePair.Create("Limits:Enabled", (string?)"false")]);
        builder.Services.AddUserSync(builder.Configuration).AddSqliteStore(builder.Configuration);
        builder.Services.AddHttpClient("Truto").ConfigurePrimaryHttpMessageHandler(() => new InstantTruto());
        builder.Services.AddSingleton<QueueWorker>();
        var host = builder.Build();
        var ledgers = host.Services.GetRequiredService<ILedgerStore>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, users),
            new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
            async (user, stop) =>
            {
                var entry = LedgerEntry.Of(Change(user, 0), new UserPatch([Field("email", user, 0), Field("name", user, 0)]));
                await ledgers.TryWriteAsync(new UserKey(Workspace.Account, $"user-{user}"), UserLedger.Empty.Merge(entry).Acknowledge(entry, null), null, stop);
            });
        return host;
    }

    private static async Task<double> DrainAsync(IHost host, int users, int events, CancellationToken cancellationToken)
    {
        var queue = host.Services.GetRequiredService<IChangeQueue>();
        var random = new Random(events);
        var messages = Enumerable.Range(0, events).Select(_ => MessageProcessor.MessageOf(Change(random.Next(users), random.Next()))).ToList();
        foreach (var batch in messages.Chunk(500))
        {
            await queue.EnqueueAsync(batch, TimeSpan.Zero, cancellationToken);
        }

        using var worker = ActivatorUtilities.CreateInstance<QueueWorker>(host.Services);
        var clock = Stopwatch.StartNew();
        await worker.StartAsync(cancellationToken);
        while ((await queue.MeasureAsync(cancellationToken)).Messages > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        var elapsed = clock.Elapsed;
        await worker.StopAsync(cancellationToken);
        return events / elapsed.TotalSeconds;
    }

    private static ChangeEvent Change(int user, int number)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new ChangeEvent
        {
            Source = Workspace.Source,
            Id = $"{user}-{number}",
            Type = null,
            OccurredAt = now,
            ReceivedAt = now,
            Data = JsonElement.Parse($$"""{"id":"{{user}}-{{number}}","user":"user-{{user}}","email":"user-{{user}}-{{number}}@example.com","name":"Name {{number}}"}"""),
            Headers = null,
        };
    }

    private static PatchField Field(string name, int user, int number) => new(new FieldName(name), JsonElement.Parse($"\"{name}-{user}-{number}\""), string.Empty);

    private sealed class InstantTruto : HttpMessageHandler
    {
        private static readonly byte[] Answer = Encoding.UTF8.GetBytes("""{"id":"1","email":"a@example.com"}""");

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(Answer) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        });
    }
}
