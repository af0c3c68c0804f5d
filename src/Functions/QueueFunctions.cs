using Microsoft.Azure.Functions.Worker;
using UserSync.Azure.Queue;
using UserSync.Processing;
using UserSync.Queue;

namespace Functions;

/// <summary>
/// Takes messages from the queue. Delays are messages of our own, so the host sees an exception only where something is wrong here or
/// the storage account is out of reach.
/// </summary>
/// <param name="processor">Processes messages.</param>
/// <param name="queue">Where what comes back later is put.</param>
/// <param name="large">Messages that are too large for the queue.</param>
/// <param name="progress">Counts.</param>
/// <param name="time">The clock.</param>
public sealed class QueueFunctions(
    MessageProcessor processor, IChangeQueue queue, LargeMessages large, WorkerProgress progress, TimeProvider time)
{
    // The host hides a message for ten minutes when it takes it, and once more whenever half of that is over.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    /// <summary>Makes an attempt at one change event.</summary>
    /// <param name="message">The message as it is on the queue: base64 or plain.</param>
    /// <param name="cancellationToken">Stops; the host hands the message out again.</param>
    [Function("ProcessChange")]
    public async Task ProcessChangeAsync(
        [QueueTrigger(Queues.Changes, Connection = Queues.Connection)] string message, CancellationToken cancellationToken)
    {
        var hiddenUntil = time.GetUtcNow() + Hidden;
        if (await large.ResolveAsync(message, cancellationToken) is not { } body)
        {
            return;
        }

        var step = await processor.ProcessAsync(body, hiddenUntil, cancellationToken);
        if (step.Next is { } next)
        {
            // The message in its place is durable before the host removes this one.
            await queue.EnqueueAsync([next], step.Delay, CancellationToken.None);
            progress.PutOff();
        }
        else
        {
            progress.Completed();
        }

        await large.ForgetAsync(message, CancellationToken.None);
    }

    /// <summary>Gives an outcome to a message that the host gave up on, so that nothing is silently parked.</summary>
    /// <param name="message">The message as it is on the queue: base64 or plain.</param>
    /// <param name="cancellationToken">Stops; the host hands the message out again.</param>
    [Function("GiveUpChange")]
    public async Task GiveUpChangeAsync(
        [QueueTrigger(Queues.Poison, Connection = Queues.Connection)] string message, CancellationToken cancellationToken)
    {
        if (await large.ResolveAsync(message, cancellationToken) is { } body)
        {
            await processor.GiveUpAsync(body, cancellationToken);
            await large.ForgetAsync(message, CancellationToken.None);
        }
    }
}
