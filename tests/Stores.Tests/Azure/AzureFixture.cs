using System.Globalization;
using Azure.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Stores.Tests.Contract;
using UserSync.Azure;
using UserSync.Azure.Directories;
using UserSync.Azure.Ledger;
using UserSync.Azure.Outcomes;
using UserSync.Azure.Queue;
using UserSync.Azure.Storage;
using UserSync.Processing;
using UserSync.Queue;

namespace Stores.Tests.Azure;

/// <summary>A store in Azurite, with names of its own: nobody else's messages and rows are there.</summary>
public sealed class AzureFixture(AzuriteServer server) : IStoreFixture
{
    private static int Count;

    private readonly List<StorageAccount> accounts = [];
    private readonly TimeProvider time = TimeProvider.System;

    public StoreSet Stores { get; private set; } = null!;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What the store was opened with.</summary>
    public AzureStorageOptions Options { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref Count)}");
        Options = new AzureStorageOptions
        {
            ConnectionString = await server.ConnectionStringAsync(),
            QueueName = $"queue-{name}",
            ContainerName = $"container-{name}",
            LedgerTable = $"ledgers{name}",
            OutcomeTable = $"outcomes{name}",
            UpdateTable = $"updates{name}",
            DirectoryTable = $"directories{name}",
        };
        Stores = Open();
    }

    public async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);

    public ValueTask<StoreSet> ReopenAsync() => ValueTask.FromResult(Open());

    public ValueTask DisposeAsync()
    {
        accounts.ForEach(account => account.Dispose());
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Opens the same account once more, to ask for what no store says, or with something between the client and the service.
    /// </summary>
    internal StorageAccount OpenAccount(Action<ClientOptions>? configure = null, TimeProvider? clock = null)
    {
        var account = StorageAccount.Open(Options, clock ?? time, configure);
        accounts.Add(account);
        return account;
    }

    /// <summary>Opens the same data once more.</summary>
    internal StoreSet Open(Action<ClientOptions>? configure = null, TimeProvider? clock = null, ILoggerFactory? logs = null)
    {
        var account = OpenAccount(configure, clock);
        logs ??= NullLoggerFactory.Instance;
        var large = new LargeMessages(account.Blobs, logs.CreateLogger<LargeMessages>());
        var queue = new AzureChangeQueue(account, large, clock ?? time, logs.CreateLogger<AzureChangeQueue>());
        var outcomes = new AzureOutcomeStore(account, clock ?? time);
        var ledgers = new AzureLedgerStore(account);
        return new StoreSet(
            queue, ledgers, outcomes, new ChangeIntake(queue, outcomes), new UpdateRecorder(ledgers, outcomes), new AzureDirectoryStore(account));
    }
}
