using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
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
/// <param name="poison">Where what cannot be given up now is put.</param>
/// <param name="progress">Counts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class QueueFunctions(
    MessageProcessor processor,
    IChangeQueue queue,
    LargeMessages large,
    PoisonQueue poison,
    WorkerProgress progress,
    TimeProvider time,
    ILogger<QueueFunctions> logger)
{
    // The host hides a message for ten minutes when it takes it, and once more whenever half of that is over.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    /// <summary>Makes an attempt at one change event.</summary>
    /// <param name="message">The message as it is on the queue: base64 or plain.</param>
    /// <param name="context">Says when it was put there.</param>
    /// <param name="cancellationToken">Stops; the host hands the message out again.</param>
    [Function("ProcessChange")]
    public async Task ProcessChangeAsync(
        [QueueTrigger(Queues.Changes, Connection = Queues.Connection)] string message,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        var hiddenUntil = time.GetUtcNow() + Hidden;
        if (await large.ResolveAsync(message, cancellationToken) is not { } body)
        {
            return;
        }

        var step = await processor.ProcessAsync(body, hiddenUntil, QueuedAt(context), cancellationToken);
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
    /// <param name="context">Says when it was put there.</param>
    /// <param name="cancellationToken">Stops; the host hands the message out again.</param>
    [Function("GiveUpChange")]
    public async Task GiveUpChangeAsync(
        [QueueTrigger(Queues.Poison, Connection = Queues.Connection)] string message,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await large.ResolveAsync(message, cancellationToken) is { } body)
            {
                await processor.GiveUpAsync(body, QueuedAt(context), cancellationToken);
                await large.ForgetAsync(message, CancellationToken.None);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // There is no queue behind this one: what fails here too often, the host would not hand out any more.
            Log.NotGivenUp(logger, exception);
            await poison.PutOffAsync(message, CancellationToken.None);
        }
    }

    private static DateTimeOffset? QueuedAt(FunctionContext context) =>
        InsertionTime.Read(context.BindingContext.BindingData.GetValueOrDefault(InsertionTime.MetadataName));

    private static partial class Log
    {
        [LoggerMessage(400, LogLevel.Error, "A message that was given up has no outcome yet, because it could not be noted; it comes back.")]
        public static partial void NotGivenUp(ILogger logger, Exception exception);
    }
}
