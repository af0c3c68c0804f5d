using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace UserSync.Azure.Storage;

/// <summary>The storage account: one client for each resource, shared by everybody.</summary>
internal sealed class StorageAccount : IDisposable
{
    private StorageAccount(
        QueueServiceClient queues, BlobServiceClient blobs, TableServiceClient tables, AzureStorageOptions options, TimeProvider time)
    {
        Poison = new StorageResource<QueueClient>(
            queues.GetQueueClient(options.PoisonQueueName),
            (queue, token) => queue.CreateIfNotExistsAsync(cancellationToken: token),
            options.CallTimeout,
            time);
        Queue = new StorageResource<QueueClient>(
            queues.GetQueueClient(options.QueueName),
            (queue, token) => Task.WhenAll(
                queue.CreateIfNotExistsAsync(cancellationToken: token), Poison.Client.CreateIfNotExistsAsync(cancellationToken: token)),
            options.CallTimeout,
            time);
        Container = new StorageResource<BlobContainerClient>(
            blobs.GetBlobContainerClient(options.ContainerName),
            (container, token) => container.CreateIfNotExistsAsync(cancellationToken: token),
            options.CallTimeout,
            time);
        Ledgers = Table(options.LedgerTable);
        Outcomes = Table(options.OutcomeTable);
        Updates = Table(options.UpdateTable);
        Directories = Table(options.DirectoryTable);
        Blobs = new ContentBlobs(Container);

        StorageResource<TableClient> Table(string name) => new(
            tables.GetTableClient(name), (table, token) => table.CreateIfNotExistsAsync(token), options.CallTimeout, time);
    }

    /// <summary>The queue.</summary>
    internal StorageResource<QueueClient> Queue { get; }

    /// <summary>The queue of what the Functions host gave up on.</summary>
    internal StorageResource<QueueClient> Poison { get; }

    /// <summary>The container.</summary>
    internal StorageResource<BlobContainerClient> Container { get; }

    /// <summary>The table of ledgers.</summary>
    internal StorageResource<TableClient> Ledgers { get; }

    /// <summary>The table of outcomes.</summary>
    internal StorageResource<TableClient> Outcomes { get; }

    /// <summary>The table of updates.</summary>
    internal StorageResource<TableClient> Updates { get; }

    /// <summary>The table of directories.</summary>
    internal StorageResource<TableClient> Directories { get; }

    /// <summary>What is too large for messages and rows.</summary>
    internal ContentBlobs Blobs { get; }

    /// <summary>Opens an account. Nothing is sent before the first call.</summary>
    /// <param name="options">Which one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="configure">Changes the clients' options; <see langword="null"/> for nothing.</param>
    internal static StorageAccount Open(AzureStorageOptions options, TimeProvider time, Action<ClientOptions>? configure = null)
    {
        // The queue client's own base64 would refuse what other systems put on the queue as plain text.
        var forQueues = With(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, configure);
        var forBlobs = With(new BlobClientOptions(), configure);
        var forTables = With(new TableClientOptions(), configure);
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            return new StorageAccount(
                new QueueServiceClient(options.ConnectionString, forQueues),
                new BlobServiceClient(options.ConnectionString, forBlobs),
                new TableServiceClient(options.ConnectionString, forTables),
                options,
                time);
        }

        var credential = AzureIdentity.Credential(options.ManagedIdentityClientId, options.IsInAzure);
        return new StorageAccount(
            new QueueServiceClient(new Uri(options.AddressOf("queue", options.QueueServiceUri)!), credential, forQueues),
            new BlobServiceClient(new Uri(options.AddressOf("blob", options.BlobServiceUri)!), credential, forBlobs),
            new TableServiceClient(new Uri(options.AddressOf("table", options.TableServiceUri)!), credential, forTables),
            options,
            time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Queue.Dispose();
        Poison.Dispose();
        Container.Dispose();
        Ledgers.Dispose();
        Outcomes.Dispose();
        Updates.Dispose();
        Directories.Dispose();
    }

    /// <summary>Short tries, few of them: a call that is still refused after that goes back to whoever sent the delivery.</summary>
    private static TOptions With<TOptions>(TOptions options, Action<ClientOptions>? configure)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 4;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(3);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        configure?.Invoke(options);
        return options;
    }
}
