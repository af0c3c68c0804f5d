using Azure;
using Azure.Data.Tables;
using UserSync.Azure.Storage;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>The table of updates.</summary>
/// <param name="account">The account.</param>
internal sealed class UpdateTable(StorageAccount account)
{
    private const string RowKey = "update";

    private static readonly EntityContent Content = new("Update", EntityContent.MostPartsOfRow, ContentBlobs.Updates);

    private readonly StorageResource<TableClient> table = account.Updates;

    /// <summary>Keeps an update.</summary>
    /// <param name="update">The update.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task SaveAsync(Update update, CancellationToken cancellationToken)
    {
        var digest = TableKey.Of(update.Id);
        var row = new TableEntity(PartitionOf(digest), RowKey);
        await Content.PutAsync(row, StoredUpdate.Of(update).Write(), digest, account.Blobs, cancellationToken);

        // First the row from which the update is forgotten again: one without an update is harmless.
        var key = TimeKey.Of(update.StartedAt, digest);
        var entry = new TableEntity(key.Partition, key.Row) { [Content.FormColumn] = row.GetString(Content.FormColumn) };
        await PutAsync(entry, cancellationToken);
        await PutAsync(row, cancellationToken);
    }

    /// <summary>An update; <see langword="null"/> where it is not kept any more.</summary>
    /// <param name="id">The update's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<Update?> FindAsync(string id, CancellationToken cancellationToken) =>
        await table.FindAsync("read an update", PartitionOf(TableKey.Of(id)), RowKey, null, cancellationToken) is { } row
        && await Content.GetAsync(row, account.Blobs, cancellationToken) is { } json
            ? StoredUpdate.Read(json).ToUpdate()
            : null;

    /// <summary>Reads the entries of a shard from which updates of before a time are forgotten.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="left">The time that is left.</param>
    /// <param name="position">Where the page begins; <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal Task<(IReadOnlyList<TableEntity> Rows, string? Next)> PageAsync(
        char shard, long left, string? position, CancellationToken cancellationToken) => table.PageAsync(
            "list updates",
            TimeKey.EarlierThan(shard, left),
            ["PartitionKey", "RowKey", Content.FormColumn],
            Pruning.PageSize,
            position,
            cancellationToken);

    /// <summary>Forgets an update.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task ForgetAsync(TableEntity entry, CancellationToken cancellationToken)
    {
        await table.TryDeleteAsync("forget an update", PartitionOf(TimeKey.DigestOf(entry.RowKey)), RowKey, ETag.All, cancellationToken);
        if (Content.BlobOf(entry) is { } blob)
        {
            await account.Blobs.RemoveAsync(blob, cancellationToken);
        }

        await table.TryDeleteAsync("forget an update", entry.PartitionKey, entry.RowKey, ETag.All, cancellationToken);
    }

    /// <summary>The blob of an update; <see langword="null"/> where it has none.</summary>
    /// <param name="digest">The update's digest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<string?> BlobAsync(string digest, CancellationToken cancellationToken) =>
        await table.FindAsync("read an update", PartitionOf(digest), RowKey, [Content.FormColumn], cancellationToken) is { } row
            ? Content.BlobOf(row)
            : null;

    private static string PartitionOf(string digest) => $"u-{digest}";

    private Task<Response> PutAsync(TableEntity row, CancellationToken cancellationToken) =>
        table.CallAsync(
            "keep an update", (client, token) => client.UpsertEntityAsync(row, TableUpdateMode.Replace, token), cancellationToken);
}
