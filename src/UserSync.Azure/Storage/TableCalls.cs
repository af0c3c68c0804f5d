using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace UserSync.Azure.Storage;

/// <summary>The calls to tables that are made here.</summary>
internal static class TableCalls
{
    /// <summary>Finds a row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="partition">The partition key.</param>
    /// <param name="row">The row key.</param>
    /// <param name="columns">Which properties; <see langword="null"/> for all of them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The row; <see langword="null"/> where there is none.</returns>
    internal static Task<TableEntity?> FindAsync(
        this StorageResource<TableClient> table,
        string operation,
        string partition,
        string row,
        IEnumerable<string>? columns,
        CancellationToken cancellationToken) => table.CallAsync(
            operation,
            async (client, token) =>
            {
                var answer = await client.GetEntityIfExistsAsync<TableEntity>(partition, row, columns, token);
                return answer.HasValue ? answer.Value : null;
            },
            cancellationToken);

    /// <summary>Adds a row, which has its version afterwards.</summary>
    /// <param name="table">The table.</param>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="row">The row.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether it was added; otherwise there is one already.</returns>
    internal static Task<bool> TryAddAsync(
        this StorageResource<TableClient> table, string operation, TableEntity row, CancellationToken cancellationToken) =>
        table.TryAsync(
            operation,
            (client, token) => VersionAsync(row, client.AddEntityAsync(row, token)),
            refusal => refusal.ErrorCode == TableErrorCode.EntityAlreadyExists,
            cancellationToken);

    /// <summary>Writes a row, where it still is as it was read. It has its new version afterwards.</summary>
    /// <param name="table">The table.</param>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="row">The row.</param>
    /// <param name="version">The version that was read.</param>
    /// <param name="mode">Whether properties that are not written stay.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether it was written; otherwise it was changed or removed meanwhile.</returns>
    internal static Task<bool> TryUpdateAsync(
        this StorageResource<TableClient> table,
        string operation,
        TableEntity row,
        ETag version,
        TableUpdateMode mode,
        CancellationToken cancellationToken) =>
        table.TryAsync(
            operation, (client, token) => VersionAsync(row, client.UpdateEntityAsync(row, version, mode, token)), IsChanged, cancellationToken);

    /// <summary>Removes a row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="partition">The partition key.</param>
    /// <param name="row">The row key.</param>
    /// <param name="version">The version that was read, or <see cref="ETag.All"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether it is removed; otherwise it was changed meanwhile.</returns>
    internal static Task<bool> TryDeleteAsync(
        this StorageResource<TableClient> table,
        string operation,
        string partition,
        string row,
        ETag version,
        CancellationToken cancellationToken) =>
        table.TryAsync(
            operation, (client, token) => client.DeleteEntityAsync(partition, row, version, token), IsChanged, cancellationToken);

    /// <summary>Reads a page of rows, in the order of their keys.</summary>
    /// <param name="table">The table.</param>
    /// <param name="operation">What it does, as it goes on after "could not".</param>
    /// <param name="filter">Which rows.</param>
    /// <param name="columns">Which properties.</param>
    /// <param name="most">How many at most. A page may be short, or empty, although there is a next one.</param>
    /// <param name="position">Where the page begins; <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static Task<(IReadOnlyList<TableEntity> Rows, string? Next)> PageAsync(
        this StorageResource<TableClient> table,
        string operation,
        string filter,
        IEnumerable<string> columns,
        int most,
        string? position,
        CancellationToken cancellationToken) =>
        table.CallAsync<(IReadOnlyList<TableEntity> Rows, string? Next)>(
            operation,
            async (client, token) =>
            {
                var query = client.QueryAsync<TableEntity>(filter, most, columns, token);
                await using var pages = query.AsPages(position, most).GetAsyncEnumerator(token);
                return await pages.MoveNextAsync() ? (pages.Current.Values, pages.Current.ContinuationToken) : ([], null);
            },
            cancellationToken);

    private static async Task<Response> VersionAsync(TableEntity row, Task<Response> writing)
    {
        var response = await writing;
        row.ETag = response.Headers.ETag ?? default;
        return response;
    }

    private static bool IsChanged(AzureStoreException refusal) =>
        refusal.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
        || refusal.ErrorCode == TableErrorCode.ResourceNotFound
        || refusal.ErrorCode == TableErrorCode.EntityNotFound;
}
