using Azure;
using Azure.Data.Tables;
using UserSync.Azure.Storage;
using UserSync.Directories;

namespace UserSync.Azure.Directories;

/// <summary>
/// The directories of accounts in a table. Each value of a user is a row (partition key: digest of account, field and value; row key:
/// digest of the user), so that a lookup is a query of one partition; each user has one more row that names the user's values
/// (partition key: digest of the user; row key <c>values</c>); each note is a row (row key <c>note</c>).
/// <para>
/// A lookup and a note cost one transaction. A user that is read costs two where nothing has changed, and two more for each value that
/// has.
/// </para>
/// </summary>
public sealed class AzureDirectoryStore : IDirectoryStore
{
    private const string NoteRow = "note";
    private const string ValuesRow = "values";
    private const string ContentColumn = "Content";
    private const string WriteColumn = "Write";
    private const string AccountColumn = "Account";
    private const string UserColumn = "UserId";
    private const string ValuesColumn = "Values";
    private const string GenerationColumn = "Generation";
    private const int AtATime = 16;
    private const int PageSize = 1000;

    private readonly StorageResource<TableClient> table;

    internal AzureDirectoryStore(StorageAccount account) => table = account.Directories;

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read.</exception>
    public async ValueTask<DirectoryNote> ReadAsync(NoteKey key, CancellationToken cancellationToken) =>
        await table.FindAsync("read a note", KeyOf(key), NoteRow, null, cancellationToken) is { } row
            ? new DirectoryNote(row.GetBinary(ContentColumn), row.ETag.ToString())
            : DirectoryNote.None;

    /// <inheritdoc/>
    /// <remarks>The client repeats a write of which the answer was lost; the row says which write it is from.</remarks>
    /// <exception cref="AzureStoreException">The table cannot be written; whether it was is not known.</exception>
    public async ValueTask<bool> TryWriteAsync(NoteKey key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
    {
        var write = $"{Guid.NewGuid():N}";
        var partition = KeyOf(key);
        var row = new TableEntity(partition, NoteRow) { [ContentColumn] = content.ToArray(), [WriteColumn] = write };
        return version is null
                ? await table.TryAddAsync("write a note", row, cancellationToken) || await IsOwnAsync()
                : await table.TryUpdateAsync("write a note", row, new ETag(version), TableUpdateMode.Replace, cancellationToken)
                    || await IsOwnAsync();

        async Task<bool> IsOwnAsync() =>
            (await table.FindAsync("read a note", partition, NoteRow, [WriteColumn], cancellationToken))?.GetString(WriteColumn) == write;
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be written; some users may be noted.</exception>
    public async ValueTask SaveAsync(
        string account, IReadOnlyList<DirectoryEntry> users, long generation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(users, options, async (user, token) => await SaveAsync(account, user, generation, token));
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read.</exception>
    public async ValueTask<IReadOnlyList<string>> FindAsync(string account, DirectoryValue value, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {KeyOf(account, value)}");
        var ids = new List<string>();
        string? position = null;
        do
        {
            (var rows, position) = await table.PageAsync("find a user", filter, [UserColumn], 2, position, cancellationToken);
            ids.AddRange(rows.Select(row => row.GetString(UserColumn)));
        }
        while (position is not null && ids.Count < 2);

        return ids;
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The table cannot be read or written.</exception>
    public async ValueTask<string?> SweepAsync(string account, long generation, string? position, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"RowKey eq {ValuesRow} and Account eq {TableKey.Of(account)} and Generation lt {generation}");
        var (rows, next) = await table.PageAsync(
            "find users that are gone", filter, ["PartitionKey", "RowKey", ValuesColumn], PageSize, position, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(rows, options, async (row, token) =>
        {
            foreach (var value in ValuesOf(row))
            {
                await table.TryDeleteAsync("forget a user", value, row.PartitionKey, ETag.All, token);
            }

            await table.TryDeleteAsync("forget a user", row.PartitionKey, ValuesRow, row.ETag, token);
        });
        return next;
    }

    private async Task SaveAsync(string account, DirectoryEntry user, long generation, CancellationToken cancellationToken)
    {
        var owner = TableKey.Of($"user {TableKey.Of(account)}", user.UserId);
        var values = user.Values.Select(value => KeyOf(account, value)).ToList();
        TableEntity? known;
        do
        {
            known = await table.FindAsync("read a user's values", owner, ValuesRow, [ValuesColumn, GenerationColumn], cancellationToken);
            if (known?.GetInt64(GenerationColumn) > generation)
            {
                return;
            }

            await ReplaceAsync(known is null ? [] : ValuesOf(known));
        }
        while (!await TryListAsync());

        // First what is new, so that nobody is missed in between; then the list, so that what goes is known until it is gone.
        async Task ReplaceAsync(string[] former)
        {
            foreach (var value in values.Except(former, StringComparer.Ordinal))
            {
                var row = new TableEntity(value, owner) { [UserColumn] = user.UserId };
                await table.CallAsync(
                    "note a user", (client, token) => client.UpsertEntityAsync(row, TableUpdateMode.Replace, token), cancellationToken);
            }

            foreach (var value in former.Except(values, StringComparer.Ordinal))
            {
                await table.TryDeleteAsync("forget a user's value", value, owner, ETag.All, cancellationToken);
            }
        }

        // What another reader has listed meanwhile would never be forgotten.
        async Task<bool> TryListAsync()
        {
            var row = new TableEntity(owner, ValuesRow)
            {
                [AccountColumn] = TableKey.Of(account),
                [ValuesColumn] = string.Join(',', values),
                [GenerationColumn] = generation,
            };
            return known is null
                ? await table.TryAddAsync("note a user", row, cancellationToken)
                : await table.TryUpdateAsync("note a user", row, known.ETag, TableUpdateMode.Replace, cancellationToken);
        }
    }

    private static string[] ValuesOf(TableEntity row) =>
        row.GetString(ValuesColumn) is { Length: > 0 } values ? values.Split(',') : [];

    private static string KeyOf(string account, DirectoryValue value) =>
        TableKey.Of($"value {TableKey.Of(account)} {value.Field}", value.Text);

    private static string KeyOf(NoteKey key) => TableKey.Of($"{key.Kind} {TableKey.Of(key.Account)} {TableKey.Of(key.Scope)}", key.Name);
}
