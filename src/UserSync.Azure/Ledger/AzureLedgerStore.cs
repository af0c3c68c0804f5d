using Azure;
using Azure.Data.Tables;
using UserSync.Azure.Storage;
using UserSync.Ledger;

namespace UserSync.Azure.Ledger;

/// <summary>
/// The ledgers in a table, one row for each user: partition key <see cref="TableKey"/> of account and user id, row key <c>ledger</c>.
/// <para>
/// Every user is a partition of its own. Nothing reads several users at once, so nothing is gained by keeping an account together, and
/// the service can spread the users of one busy account over as many servers as it needs; one partition takes 2,000 rows a second.
/// </para>
/// <para>
/// Reading costs one transaction, writing one; a ledger that is too large for a row costs one more to read and two more to write.
/// </para>
/// </summary>
public sealed class AzureLedgerStore : ILedgerStore
{
    private const string RowKey = "ledger";
    private const string WriteColumn = "Write";
    private const char Separator = '|';
    private const int MostReads = 5;
    private const int MostShown = 256;

    private static readonly EntityContent Content = new("Ledger", EntityContent.MostPartsOfRow, ContentBlobs.Ledgers);

    private readonly StorageResource<TableClient> table;
    private readonly ContentBlobs blobs;

    internal AzureLedgerStore(StorageAccount account)
    {
        table = account.Ledgers;
        blobs = account.Blobs;
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read.</exception>
    /// <exception cref="InvalidDataException">The ledger is damaged, and reading it again does not help.</exception>
    public async ValueTask<LedgerRow> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        var key = TableKey.Of(user.Account, user.UserId);
        for (var reads = 0; reads < MostReads; reads++)
        {
            if (await table.FindAsync("read a ledger", key, RowKey, null, cancellationToken) is not { } row)
            {
                return LedgerRow.None;
            }

            if (await Content.GetAsync(row, blobs, cancellationToken) is { } json)
            {
                return new LedgerRow(LedgerJson.Read(json.Span), VersionOf(row));
            }

            // Somebody has written the ledger anew since, and removed the blob of before.
        }

        throw new InvalidDataException("A part of the ledger is gone from the container.");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The client repeats a write of which the answer was lost, and the repetition finds what the write itself has left. That is no
    /// conflict: the row says which write it is from.
    /// </remarks>
    /// <exception cref="AzureStoreException">The table cannot be written; whether it was is not known.</exception>
    public async ValueTask<string?> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken)
    {
        var key = TableKey.Of(user.Account, user.UserId);
        var write = $"{Guid.NewGuid():N}";
        var row = new TableEntity(key, RowKey) { [WriteColumn] = write };
        Show(row, "Account", user.Account);
        Show(row, "UserId", user.UserId);
        await Content.PutAsync(row, LedgerJson.Write(ledger), key, blobs, cancellationToken);
        var separator = version?.LastIndexOf(Separator) ?? -1;
        var isWritten = version is null
            ? await table.TryAddAsync("write a ledger", row, cancellationToken)
            : separator >= 0 && await table.TryUpdateAsync(
                "write a ledger", row, new ETag(version[..separator]), TableUpdateMode.Replace, cancellationToken);
        if (!isWritten)
        {
            var found = await table.FindAsync("read a ledger", key, RowKey, [WriteColumn], cancellationToken);
            if (found?.GetString(WriteColumn) != write)
            {
                if (Content.BlobOf(row) is { } unused)
                {
                    await blobs.DiscardAsync(unused, cancellationToken);
                }

                return null;
            }

            row.ETag = found.ETag;
        }

        if (version?[(separator + 1)..] is { Length: > 0 } former)
        {
            await blobs.DiscardAsync(former, cancellationToken);
        }

        return VersionOf(row);
    }

    /// <summary>The blob of a ledger; <see langword="null"/> where it has none.</summary>
    /// <param name="ledgers">The table of ledgers.</param>
    /// <param name="key">The ledger's key.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static async Task<string?> BlobAsync(StorageResource<TableClient> ledgers, string key, CancellationToken cancellationToken) =>
        await ledgers.FindAsync("read a ledger", key, RowKey, [Content.FormColumn], cancellationToken) is { } row
            ? Content.BlobOf(row)
            : null;

    private static string VersionOf(TableEntity row) => $"{row.ETag}{Separator}{Content.BlobOf(row)}";

    /// <summary>For whoever looks into the table; nothing reads it. What no property could hold is left out.</summary>
    private static void Show(TableEntity row, string column, string value)
    {
        if (value.Length <= MostShown && value.All(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)))
        {
            row[column] = value;
        }
    }
}
