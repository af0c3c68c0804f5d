using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace UserSync.Azure.Storage;

/// <summary>
/// What is too large for a message or a row. A blob is written once and never changed: its name is <c>kind/digest/random</c>, where the
/// digest is that of the row or the event that it belongs to.
/// </summary>
/// <param name="container">The container.</param>
internal sealed class ContentBlobs(StorageResource<BlobContainerClient> container)
{
    /// <summary>Bodies of messages.</summary>
    internal const string Messages = "messages";

    /// <summary>Parts of ledgers.</summary>
    internal const string Ledgers = "ledgers";

    /// <summary>Parts of outcomes.</summary>
    internal const string Outcomes = "outcomes";

    /// <summary>Parts of updates.</summary>
    internal const string Updates = "updates";

    private const int RandomLength = 32;

    /// <summary>Writes a blob.</summary>
    /// <param name="kind">What it is a part of.</param>
    /// <param name="digest">The digest of whose part it is.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Its name.</returns>
    internal async Task<string> AddAsync(string kind, string digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var name = $"{kind}/{digest}/{Guid.NewGuid():N}";

        // Overwriting is harmless under a new name, and a repetition after a lost answer is not refused.
        await container.CallAsync(
            "write a blob",
            (client, token) => client.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, token),
            cancellationToken);
        return name;
    }

    /// <summary>Reads a blob; <see langword="null"/> where there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? content = null;
        await container.TryAsync(
            "read a blob",
            async (client, token) => content = (await client.GetBlobClient(name).DownloadContentAsync(token)).Value.Content.ToMemory(),
            refusal => refusal.ErrorCode == BlobErrorCode.BlobNotFound,
            cancellationToken);
        return content;
    }

    /// <summary>Removes a blob, where there is one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal Task RemoveAsync(string name, CancellationToken cancellationToken) => container.TryAsync(
        "remove a blob",
        (client, token) => client.GetBlobClient(name).DeleteAsync(cancellationToken: token),
        refusal => refusal.ErrorCode == BlobErrorCode.BlobNotFound,
        cancellationToken);

    /// <summary>
    /// Removes a blob that nothing refers to any more. What was to be done is done: where the blob cannot be removed now, pruning finds
    /// it (<see cref="Outcomes.BlobSweep"/>).
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task DiscardAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveAsync(name, cancellationToken);
        }
        catch (AzureStoreException)
        {
            // Said above.
        }
    }

    /// <summary>Reads a page of the blobs' names.</summary>
    /// <param name="position">Where the page begins; <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal Task<Page<BlobItem>> ListAsync(string? position, CancellationToken cancellationToken) => container.CallAsync(
        "list blobs",
        async (client, token) =>
        {
            await using var pages = client.GetBlobsAsync(cancellationToken: token).AsPages(position).GetAsyncEnumerator(token);
            return await pages.MoveNextAsync() ? pages.Current : Page<BlobItem>.FromValues([], null, null!);
        },
        cancellationToken);

    /// <summary>Whether a text is the name of a blob that could have been written here.</summary>
    /// <param name="name">The text.</param>
    /// <param name="kind">What it is a part of.</param>
    internal static bool IsName(string name, string kind) =>
        name.Split('/') is [var first, var digest, var random]
        && first == kind
        && TableKey.IsOne(digest)
        && TableKey.IsHexadecimal(random, RandomLength);
}
