using Azure.Data.Tables;
using Stores.Tests.Contract;
using UserSync.Azure.Storage;

namespace Stores.Tests.Azure;

/// <summary>What tests of the Azure store alone have in common.</summary>
public abstract class AzureTest(AzuriteServer server) : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected AzureFixture Fixture { get; } = new(server);

    protected StoreSet Stores => Fixture.Stores;

    /// <summary>The account, for what no store says.</summary>
    private protected StorageAccount Account { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Fixture.InitializeAsync();
        Account = Fixture.OpenAccount();
    }

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The names of all blobs.</summary>
    private protected async Task<List<string>> BlobsAsync() =>
        [.. (await Account.Blobs.ListAsync(null, Cancellation)).Values.Select(blob => blob.Name)];

    /// <summary>All rows of a table.</summary>
    private protected static async Task<List<TableEntity>> RowsAsync(StorageResource<TableClient> table)
    {
        var rows = new List<TableEntity>();
        await table.CallAsync("read", (client, token) => client.CreateIfNotExistsAsync(token), Cancellation);
        await foreach (var row in table.Client.QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }
}
