using System.Xml.Linq;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace UserSync.Azure.Storage;

/// <summary>
/// The keys of data protection as blobs, so that an instance of the app believes the forms that another has made. Whoever can read them can
/// read all else that is stored here.
/// </summary>
/// <param name="container">The container.</param>
internal sealed class ProtectionKeys(StorageResource<BlobContainerClient> container) : IXmlRepository
{
    private const string Prefix = "protection-keys/";

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        Wait(container.CallAsync("read the protection keys", ReadAsync, CancellationToken.None));

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var name = $"{Prefix}{Guid.NewGuid():N}.xml";
        var content = new BinaryData(element.ToString(SaveOptions.DisableFormatting));
        Wait(container.CallAsync(
            "write a protection key",
            (client, token) => client.GetBlobClient(name).UploadAsync(content, overwrite: true, token),
            CancellationToken.None));
    }

    private static async Task<IReadOnlyCollection<XElement>> ReadAsync(BlobContainerClient client, CancellationToken cancellationToken)
    {
        var keys = new List<XElement>();
        await foreach (var blob in client.GetBlobsAsync(BlobTraits.None, BlobStates.None, Prefix, cancellationToken))
        {
            var content = await client.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken);
            keys.Add(XElement.Parse(content.Value.Content.ToString()));
        }

        return keys;
    }

    /// <summary>The framework asks synchronously, once in a day.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
