using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using UserSync.Azure.Storage;
using UserSync.Queue;

namespace UserSync.Azure.Queue;

/// <summary>
/// The queue as an Azure Storage queue. Messages are base64, those of others perhaps plain, and never expire. Delays are whole seconds,
/// rounded up. Sending costs one transaction, taking up to 32 messages one, completing one; a message over 48 KiB three more,
/// for its blob.
/// </summary>
public sealed partial class AzureChangeQueue : IChangeQueue
{
    private const int MostPerCall = 32;
    private const int Parallelism = 32;

    private static readonly TimeSpan NeverExpire = TimeSpan.FromSeconds(-1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly StorageResource<QueueClient> queue;
    private readonly LargeMessages large;
    private readonly TimeProvider time;
    private readonly ILogger<AzureChangeQueue> logger;

    internal AzureChangeQueue(StorageAccount account, LargeMessages large, TimeProvider time, ILogger<AzureChangeQueue> logger)
    {
        queue = account.Queue;
        this.large = large;
        this.time = time;
        this.logger = logger;
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The queue did not take them all.</exception>
    public Task EnqueueAsync(IReadOnlyList<ChangeMessage> messages, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages.Count == 1
            ? SendAsync(messages[0], delay, cancellationToken)
            : Parallel.ForEachAsync(
                messages,
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (message, token) => await SendAsync(message, delay, token));
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The queue cannot be reached.</exception>
    public async Task<IReadOnlyList<QueuedMessage>> ReceiveAsync(
        int most, TimeSpan hidden, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var begun = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = Shorter(2 * pause, LongestPause))
        {
            var taken = await TakeAsync(most, Seconds(Longer(hidden, TimeSpan.FromSeconds(1))), cancellationToken);
            var left = patience - time.GetElapsedTime(begun);
            if (taken.Count > 0 || left <= TimeSpan.Zero)
            {
                return taken;
            }

            await Task.Delay(Shorter(pause, left), time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The queue cannot be reached.</exception>
    public async Task CompleteAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var receipt = Receipt.Parse(message.Receipt);
        var isRemoved = await queue.TryAsync(
            "remove a message",
            (client, token) => client.DeleteMessageAsync(receipt.MessageId, receipt.PopReceipt, token),
            IsTakenAgain,
            cancellationToken);

        // A message that somebody else has taken stays, and so does its blob.
        if (isRemoved && receipt.Blob.Length > 0)
        {
            await large.DiscardAsync(receipt.Blob, cancellationToken);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The queue cannot be reached.</exception>
    public async Task ReplaceAsync(QueuedMessage message, ChangeMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        await SendAsync(next, delay, cancellationToken);
        await CompleteAsync(message, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="AzureStoreException">The queue cannot be reached.</exception>
    public Task ReleaseAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var receipt = Receipt.Parse(message.Receipt);
        return queue.TryAsync(
            "release a message",
            (client, token) => client.UpdateMessageAsync(receipt.MessageId, receipt.PopReceipt, default(string), TimeSpan.Zero, token),
            IsTakenAgain,
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The service knows about how many there are, and shows the first few that are not hidden: the oldest of those stands for all of
    /// them.
    /// </remarks>
    /// <exception cref="AzureStoreException">The queue cannot be reached.</exception>
    public async Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        var properties = await queue.CallAsync("be measured", (client, token) => client.GetPropertiesAsync(token), cancellationToken);
        var shown = await queue.CallAsync(
            "show messages", (client, token) => client.PeekMessagesAsync(MostPerCall, token), cancellationToken);
        return new QueueDepth(properties.Value.ApproximateMessagesCountLong, shown.Value.Min(message => message.InsertedOn));
    }

    private static bool IsTakenAgain(AzureStoreException refusal) =>
        refusal.ErrorCode == QueueErrorCode.MessageNotFound || refusal.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    /// <summary>The service counts in whole seconds.</summary>
    private static TimeSpan Seconds(TimeSpan exact) => TimeSpan.FromSeconds(Math.Ceiling(Shorter(exact, LongestDelay).TotalSeconds));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private async Task SendAsync(ChangeMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        // A repetition after a lost answer sends the message twice, which is harmless.
        var text = MessageText.Encode(await large.StoreAsync(message, cancellationToken));
        TimeSpan? hidden = delay > TimeSpan.Zero ? Seconds(delay) : null;
        await queue.CallAsync(
            "take a message", (client, token) => client.SendMessageAsync(text, hidden, NeverExpire, token), cancellationToken);
    }

    /// <summary>Takes what there is, in as many calls as that needs.</summary>
    private async Task<IReadOnlyList<QueuedMessage>> TakeAsync(int most, TimeSpan hidden, CancellationToken cancellationToken)
    {
        var taken = new ConcurrentQueue<QueuedMessage>();
        for (var wanted = most; wanted > 0; wanted -= MostPerCall)
        {
            // By this clock and from before the call, so that nobody believes to have a message for longer than the service thinks.
            var hiddenUntil = time.GetUtcNow() + hidden;
            var count = Math.Min(wanted, MostPerCall);
            if (await TryTakeAsync(count, hidden, mayFail: !taken.IsEmpty, cancellationToken) is not { } messages)
            {
                break;
            }

            await Parallel.ForEachAsync(
                messages,
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (message, token) =>
                {
                    if (await ResolveAsync(message, hiddenUntil, token) is { } whole)
                    {
                        taken.Enqueue(whole);
                    }
                });
            if (messages.Length < count)
            {
                break;
            }
        }

        return [.. taken];
    }

    private async Task<QueueMessage[]?> TryTakeAsync(int count, TimeSpan hidden, bool mayFail, CancellationToken cancellationToken)
    {
        try
        {
            return (await queue.CallAsync(
                "hand out messages", (client, token) => client.ReceiveMessagesAsync(count, hidden, token), cancellationToken)).Value;
        }
        catch (AzureStoreException exception) when (mayFail)
        {
            // What was taken before is not to be lost with it.
            Log.NotTaken(logger, exception);
            return null;
        }
    }

    /// <summary>Fetches the body of a message; <see langword="null"/> where there is nothing to do with it now.</summary>
    private async Task<QueuedMessage?> ResolveAsync(QueueMessage message, DateTimeOffset hiddenUntil, CancellationToken cancellationToken)
    {
        var body = MessageText.Decode(message.MessageText);
        var isReference = MessageReference.TryRead(body, out var blob);
        var receipt = new Receipt(message.MessageId, message.PopReceipt, blob ?? string.Empty);
        var queued = new QueuedMessage(receipt.ToString(), body, (int)Math.Min(message.DequeueCount, int.MaxValue), hiddenUntil)
        {
            QueuedAt = message.InsertedOn is { } insertedOn ? InsertionTime.EndOfSecond(insertedOn) : null,
        };
        if (!isReference)
        {
            return queued;
        }

        try
        {
            if (await large.ReadAsync(receipt.Blob, cancellationToken) is { } whole)
            {
                return queued with { Body = whole };
            }

            await CompleteAsync(queued, cancellationToken);
        }
        catch (AzureStoreException exception)
        {
            // It comes back when it is not hidden any more. The others are not to wait for it.
            Log.NotRead(logger, exception);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(301, LogLevel.Error, "The body of a message cannot be read; the message comes back.")]
        public static partial void NotRead(ILogger logger, Exception exception);

        [LoggerMessage(302, LogLevel.Warning, "Fewer messages could be taken than there was room for.")]
        public static partial void NotTaken(ILogger logger, Exception exception);
    }
}
