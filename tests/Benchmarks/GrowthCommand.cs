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
using UserSync.Azure;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving.Events;
using UserSync.Sqlite;

namespace Benchmarks;

/// <summary>
/// <c>growth</c>: what an event costs when the store has few users and outcomes and when it has many, and whether memory grows.
/// </summary>
internal static class GrowthCommand
{
    // No divisor of any number of users that is asked about.
    private const int Step = 7919;

    private const double Most = 1.25;
    private const int Writers = 512;
    private const int OutcomesAtOnce = 500;

    internal static Command Create()
    {
        var users = new Option<int[]>("--users")
        {
            Description = "How many users and outcomes the stores have",
            DefaultValueFactory = _ => [1_000, 100_000, 1_000_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var events = new Option<int>("--events") { Description = "How many events a round", DefaultValueFactory = _ => 5_000 };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 5 };
        var minutes = new Option<double>("--minutes") { Description = "How long to go on with the first store, to see what becomes of the memory" };
        var storage = new Option<string?>("--storage") { Description = "The connection string of a storage account, for example of Azurite [default: SQLite]" };
        var command = new Command("growth", "What an event costs with few and with many users and outcomes; with --minutes, whether memory grows") { users, events, rounds, minutes, storage };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(users),
            parsed.GetValue(events),
            parsed.GetValue(rounds),
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(storage),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int[] users, int events, int rounds, TimeSpan more, string? storage, CancellationToken cancellationToken)
    {
        var stores = new List<GrownStore>();
        try
        {
            foreach (var count in users)
            {
                stores.Add(await MakeAsync(count, storage, cancellationToken));
                await DrainAsync(stores[^1], events, cancellationToken);
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var store in stores)
                {
                    store.Rates.Add(await DrainAsync(store, events, cancellationToken));
                }
            }

            var worst = Figures.Median(stores[0].Rates) / stores.Min(store => Figures.Median(store.Rates));
            Console.WriteLine($"events processed a second, median of {rounds} rounds of {events}, {(storage is null ? "SQLite" : "Azure storage")}");
            stores.ForEach(store => Console.WriteLine($"{store.Users,9} users and outcomes   {Figures.Text(store.Rates)}   {1_000_000 / Figures.Median(store.Rates):F0} µs an event"));
            Console.WriteLine($"cost of an event, most to first  {worst,6:F2}  (at most {Most})");
            await GoOnAsync(stores[0], events, more, cancellationToken);
            return worst <= Most ? 0 : 1;
        }
        finally
        {
            stores.ForEach(store => store.Dispose());
        }
    }

    /// <summary>Processes events for a while, and says once a minute what memory there is.</summary>
    private static async Task GoOnAsync(GrownStore store, int events, TimeSpan time, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var said = TimeSpan.Zero;
        long total = 0;
        while (clock.Elapsed < time)
        {
            await DrainAsync(store, events, cancellationToken);
            total += events;
            if (clock.Elapsed - said >= TimeSpan.FromMinutes(1) || clock.Elapsed >= time)
            {
                said = clock.Elapsed;
                using var self = Process.GetCurrentProcess();
                Console.WriteLine($"{clock.Elapsed.TotalMinutes,5:F1} min  {total,9} events  {GC.GetTotalMemory(forceFullCollection: true) / 1e6,6:F1} MB in use  {self.WorkingSet64 / 1e6,6:F0} MB resident");
            }
        }
    }

    /// <summary>The product without a door: a queue that is filled here, and a Truto that answers at once.</summary>
    private static async Task<GrownStore> MakeAsync(int users, string? storage, CancellationToken cancellationToken)
    {
        var workspace = new Workspace(new Uri("http://127.0.0.1:9/"), "token");
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(workspace.Configuration);
        builder.Services.AddUserSync(builder.Configuration);
        if (storage is null)
        {
            builder.Services.AddSqliteStore(builder.Configuration);
        }
        else
        {
            builder.Configuration.AddInMemoryCollection(Names(storage));
            builder.Services.AddAzureStore(builder.Configuration);
        }

        builder.Services.AddHttpClient("Truto").ConfigurePrimaryHttpMessageHandler(() => new InstantTruto());
        builder.Services.AddSingleton<QueueWorker>();
        var store = new GrownStore(users, workspace, builder.Build());
        var ledgers = store.Host.Services.GetRequiredService<ILedgerStore>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, users),
            new ParallelOptions { MaxDegreeOfParallelism = storage is null ? Writers : 32, CancellationToken = cancellationToken },
            async (user, stop) =>
            {
                // As an event leaves it: one that grew with its first event would be paid for by many users, and not by few.
                var change = Change(user, Random.Shared.Next());
                var entry = LedgerEntry.Of(change, new UserPatch([Field("email", change), Field("name", change)]));
                var ledger = UserLedger.Empty.Merge(entry).Acknowledge(entry, Guid.CreateVersion7().ToString("N"));
                await ledgers.TryWriteAsync(new UserKey(Workspace.Account, $"user-{user}"), ledger, null, stop);
            });
        var outcomes = store.Host.Services.GetRequiredService<IOutcomeStore>();
        foreach (var some in Enumerable.Range(0, users).Chunk(OutcomesAtOnce))
        {
            var changes = some.Select(user => Change(user, -1)).ToList();
            await outcomes.ReceiveAsync([.. changes.Select(Outcome.Received)], cancellationToken);
            await outcomes.ConcludeAsync(
                [.. changes.Select((change, i) => new Conclusion(change.Source, change.Id, OutcomeStatus.Applied, change.ReceivedAt) { Account = Workspace.Account, UserId = $"user-{some[i]}" })],
                cancellationToken);
        }

        return store;
    }

    private static Dictionary<string, string?> Names(string storage)
    {
        var suffix = Guid.NewGuid().ToString("N")[..8];
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AzureStorage:ConnectionString"] = storage,
            ["AzureStorage:QueueName"] = $"growth-{suffix}",
            ["AzureStorage:ContainerName"] = $"growth-{suffix}",
            ["AzureStorage:LedgerTable"] = $"ledgers{suffix}",
            ["AzureStorage:OutcomeTable"] = $"outcomes{suffix}",
            ["AzureStorage:UpdateTable"] = $"updates{suffix}",
        };
    }

    private static async Task<double> DrainAsync(GrownStore store, int events, CancellationToken cancellationToken)
    {
        var services = store.Host.Services;
        var intake = services.GetRequiredService<IChangeIntake>();
        var queue = services.GetRequiredService<IChangeQueue>();

        // By turns, from anywhere: where two events of one user meet, the second waits a second for its turn, which few users would pay for
        // and many would not.
        var first = Random.Shared.Next(store.Users);
        foreach (var batch in Enumerable.Range(0, events).Select(i => Change((int)((first + ((long)i * Step)) % store.Users), Random.Shared.Next())).Chunk(500))
        {
            await intake.TakeAsync(batch, cancellationToken);
        }

        using var worker = ActivatorUtilities.CreateInstance<QueueWorker>(services);
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
            OccurredAt = now.AddTicks(-1),
            ReceivedAt = now,
            Data = JsonElement.Parse($$"""{"id":"{{user}}-{{number}}","user":"user-{{user}}","email":"user-{{user}}-{{number}}@example.com","name":"Name {{number}}"}"""),
            Headers = null,
        };
    }

    private static PatchField Field(string name, ChangeEvent change) => new(new FieldName(name), change.Data.GetProperty(name), string.Empty);

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
