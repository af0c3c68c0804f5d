using Azure.Data.Tables;
using UserSync.Azure.Storage;

namespace UserSync.Azure.Outcomes;

/// <summary>
/// The row of an outcome, at <see cref="TimeKey"/> of the time of receipt, and the row that says where that is, because who asks for an
/// event knows its source and its id only.
/// </summary>
internal static class OutcomeRow
{
    /// <summary>The property that has the status, as a word.</summary>
    internal const string StatusColumn = "Status";

    /// <summary>The property that has the digest of the source.</summary>
    internal const string SourceColumn = "Source";

    /// <summary>The property that has the digest of the CRM user's id; empty where that is not known.</summary>
    internal const string UserColumn = "User";

    /// <summary>The outcome, and room for an unusually long id or reason.</summary>
    internal static readonly EntityContent Content = new("Outcome", 2, ContentBlobs.Outcomes);

    /// <summary>The event's content.</summary>
    internal static readonly EntityContent Event = new("Event", EntityContent.MostPartsOfRow - 2, ContentBlobs.Outcomes);

    /// <summary>What lists and conclusions need.</summary>
    internal static readonly string[] Columns = ["PartitionKey", "RowKey", StatusColumn, NotedColumn, .. Content.Columns];

    private const string NotedColumn = "Noted";
    private const string LocationRow = "at";
    private const string LeftColumn = "Left";

    /// <summary>The row that says where an event's outcome is.</summary>
    /// <param name="digest">The event's digest.</param>
    /// <param name="left">The time that is left from where it stands.</param>
    internal static TableEntity Locator(string digest, long left) => new(LocatorPartition(digest), LocationRow) { [LeftColumn] = left };

    /// <summary>The partition of the row that says where an event's outcome is.</summary>
    /// <param name="digest">The event's digest.</param>
    internal static string LocatorPartition(string digest) => $"e-{digest}";

    /// <summary>Where an event's outcome is; <see langword="null"/> where there is none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="digest">The event's digest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static async Task<TimeKey?> LocateAsync(StorageResource<TableClient> table, string digest, CancellationToken cancellationToken)
    {
        var row = await table.FindAsync("read an outcome", LocatorPartition(digest), LocationRow, [LeftColumn], cancellationToken);
        return row?.GetInt64(LeftColumn) is { } left ? TimeKey.Of(left, digest) : null;
    }

    /// <summary>Removes the row that says where an event's outcome is.</summary>
    /// <param name="table">The table.</param>
    /// <param name="digest">The event's digest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static Task ForgetLocationAsync(StorageResource<TableClient> table, string digest, CancellationToken cancellationToken) =>
        table.TryDeleteAsync("forget an outcome", LocatorPartition(digest), LocationRow, global::Azure.ETag.All, cancellationToken);

    /// <summary>Makes a row.</summary>
    /// <param name="key">Where it stands.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="content">The event's content; <see langword="null"/> to leave it as it is.</param>
    /// <param name="isNoted">Whether the event was accepted here; otherwise only its end is known.</param>
    /// <param name="blobs">Where goes what is too large.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static async Task<TableEntity> WriteAsync(
        TimeKey key, StoredOutcome outcome, StoredEvent? content, bool isNoted, ContentBlobs blobs, CancellationToken cancellationToken)
    {
        var digest = TimeKey.DigestOf(key.Row);
        var row = new TableEntity(key.Partition, key.Row)
        {
            [StatusColumn] = outcome.Conclusion.Status,
            [SourceColumn] = TableKey.Of(outcome.Source),
            [UserColumn] = outcome.Conclusion.UserId is { } user ? TableKey.Of(user) : string.Empty,
            [NotedColumn] = isNoted,
        };
        await Content.PutAsync(row, outcome.Write(), digest, blobs, cancellationToken);
        if (content is not null)
        {
            await Event.PutAsync(row, content.Write(), digest, blobs, cancellationToken);
        }

        return row;
    }

    /// <summary>Whether the event was accepted here; otherwise only its end is known.</summary>
    /// <param name="row">The row.</param>
    internal static bool IsNoted(TableEntity row) => row.GetBoolean(NotedColumn) ?? false;

    /// <summary>Reads a row; <see langword="null"/> where a part of it was replaced or forgotten meanwhile.</summary>
    /// <param name="row">The row.</param>
    /// <param name="blobs">Where is what is too large.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static async ValueTask<StoredOutcome?> ReadAsync(TableEntity row, ContentBlobs blobs, CancellationToken cancellationToken) =>
        await Content.GetAsync(row, blobs, cancellationToken) is { } json ? StoredOutcome.Read(json) : null;
}
