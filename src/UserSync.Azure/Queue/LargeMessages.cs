using Microsoft.Extensions.Logging;
using UserSync.Azure.Storage;
using UserSync.Queue;

namespace UserSync.Azure.Queue;

/// <summary>
/// Messages that are too large for the queue. A storage queue takes 64 KiB of text, which is 48 KiB before base64. A larger message goes
/// to a blob as a whole, and on the queue stands a reference to it: <c>{ "version": 1, "source": "…", "blob": "messages/…" }</c>.
/// <para>
/// <see cref="AzureChangeQueue"/> does all of this by itself. Where the Functions host takes the messages, the function resolves a
/// message before it processes it, and forgets it when its event has ended or another message has taken its place.
/// </para>
/// </summary>
public sealed partial class LargeMessages
{
    private readonly ContentBlobs blobs;
    private readonly ILogger<LargeMessages> logger;

    internal LargeMessages(ContentBlobs blobs, ILogger<LargeMessages> logger)
    {
        this.blobs = blobs;
        this.logger = logger;
    }

    /// <summary>The whole message, as UTF-8 JSON.</summary>
    /// <param name="text">The message as the host hands it over: base64, or plain where another system wrote it or the host decodes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// The message itself, or what it refers to; <see langword="null"/> where that is gone. It is removed only when its event has ended, or
    /// when another message carries it on, so there is nothing left to do with this one.
    /// </returns>
    /// <exception cref="AzureStoreException">The blob cannot be read now.</exception>
    public async Task<ReadOnlyMemory<byte>?> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var message = MessageText.Decode(text);
        if (!MessageReference.TryRead(message, out var blob))
        {
            return message;
        }

        return await ReadAsync(blob, cancellationToken);
    }

    /// <summary>
    /// Removes what a message refers to, once its event has ended or another message is durable in its place. Where it cannot be removed
    /// now, pruning does it.
    /// </summary>
    /// <param name="text">The message as the host hands it over.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task ForgetAsync(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return MessageReference.TryRead(MessageText.Decode(text), out var blob)
            ? DiscardAsync(blob, cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>What goes on the queue for a message: the message itself where it fits, otherwise a reference to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<ReadOnlyMemory<byte>> StoreAsync(ChangeMessage message, CancellationToken cancellationToken)
    {
        var body = ChangeMessageJson.Write(message);
        if (body.Length <= MessageText.MostBytes)
        {
            return body;
        }

        // The digest says to which event the blob belongs, should nobody ever come back for it.
        var digest = TableKey.Of(message.Source, message.Id ?? string.Empty);
        return MessageReference.Write(message.Source, await blobs.AddAsync(ContentBlobs.Messages, digest, body, cancellationToken));
    }

    /// <summary>Reads a message from its blob; <see langword="null"/> where it is gone.</summary>
    /// <param name="blob">The name of the blob.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<ReadOnlyMemory<byte>?> ReadAsync(string blob, CancellationToken cancellationToken)
    {
        var body = await blobs.FindAsync(blob, cancellationToken);
        if (body is null)
        {
            Log.Gone(logger, blob);
        }

        return body;
    }

    /// <summary>Removes the blob of a message that is not on the queue any more.</summary>
    /// <param name="blob">The name of the blob.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal Task DiscardAsync(string blob, CancellationToken cancellationToken) => blobs.DiscardAsync(blob, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Warning, "A message came back after its event had ended or another had taken its place: {Blob} is gone.")]
        public static partial void Gone(ILogger logger, string blob);
    }
}
