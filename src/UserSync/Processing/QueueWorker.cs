using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Queue;

namespace UserSync.Processing;

/// <summary>
/// Takes messages from the queue and processes them, so many at a time. Stopped, it takes no more, finishes what it holds within a
/// deadline, and hands back the rest.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="processor">Processes messages.</param>
/// <param name="progress">Counts.</param>
/// <param name="options">How many at a time, and how long stopping may take.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class QueueWorker(
    IChangeQueue queue,
    MessageProcessor processor,
    WorkerProgress progress,
    IOptions<ProcessingOptions> options,
    TimeProvider time,
    ILogger<QueueWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    // As often as the Functions host tries: half an hour, so that no outage of a part of the store gives an event up.
    private const int MostDequeues = 30;

    private readonly ConcurrentDictionary<Task, byte> running = new();
    private readonly CancellationTokenSource abort = new();
    private readonly SemaphoreSlim free = new(options.Value.Workers);

    // To take a message off the queue takes as long as much of its processing, and the next need not wait for that. Should the queue be
    // slow, it does: no more leave at a time than are processed.
    private readonly SemaphoreSlim leaving = new(options.Value.Workers);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // First nothing new, then time for what is under way, then the rest is handed back.
        await base.StopAsync(cancellationToken);
        var finished = Task.WhenAll(running.Keys);
        await Task.WhenAny(finished, Task.Delay(options.Value.StopTimeout, time, cancellationToken));
        await abort.CancelAsync();
        await finished;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        abort.Dispose();
        free.Dispose();
        leaving.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await free.WaitAsync(stoppingToken);
                free.Release();
                foreach (var message in await queue.ReceiveAsync(free.CurrentCount, Hidden, Patience, stoppingToken))
                {
                    await free.WaitAsync(CancellationToken.None);
                    Start(message);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The store is out of reach: whatever it is, trying again is all there is to do.
                Log.QueueFailed(logger, exception);
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>A message stays hidden for longer than any attempt takes, so that nobody else works on it meanwhile.</summary>
    private TimeSpan Hidden => options.Value.LeaseDuration + TimeSpan.FromSeconds(30);

    private void Start(QueuedMessage message)
    {
        var task = ProcessAsync(message);
        running[task] = 0;
        _ = task.ContinueWith(
            done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ProcessAsync(QueuedMessage message)
    {
        try
        {
            await TakeOffAsync(message, await AttemptAsync(message));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await HandBackAsync(message);
        }
        catch (Exception exception)
        {
            // The message is still in the queue, and comes back when it is not hidden any more.
            Log.MessageFailed(logger, message.DequeueCount, exception);
            progress.Failed();
        }
    }

    /// <summary>Processes a message. Then there is room for the next one, and this one has a place among those that leave.</summary>
    private async Task<MessageStep> AttemptAsync(QueuedMessage message)
    {
        try
        {
            var step = message.DequeueCount > MostDequeues
                ? await GiveUpAsync(message)
                : await processor.ProcessAsync(message.Body, message.HiddenUntil, message.QueuedAt, abort.Token);
            await leaving.WaitAsync(CancellationToken.None);
            return step;
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Whoever always breaks over a message does not do so for ever: it gets an outcome, and can be replayed.</summary>
    private async Task<MessageStep> GiveUpAsync(QueuedMessage message)
    {
        await processor.GiveUpAsync(message.Body, message.QueuedAt, abort.Token);
        Log.GivenUp(logger, message.DequeueCount);
        return MessageStep.Done;
    }

    /// <summary>Takes a message off the queue, or puts the next in its place, and gives its place among those that leave back.</summary>
    private async Task TakeOffAsync(QueuedMessage message, MessageStep step)
    {
        try
        {
            if (step.Next is null)
            {
                await queue.CompleteAsync(message, CancellationToken.None);
                progress.Completed();
            }
            else
            {
                await queue.ReplaceAsync(message, step.Next, step.Delay, CancellationToken.None);
                progress.PutOff();
            }
        }
        finally
        {
            leaving.Release();
        }
    }

    private async Task HandBackAsync(QueuedMessage message)
    {
        try
        {
            await queue.ReleaseAsync(message, CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.MessageFailed(logger, message.DequeueCount, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(220, LogLevel.Error, "Messages cannot be taken from the queue.")]
        public static partial void QueueFailed(ILogger logger, Exception exception);

        [LoggerMessage(222, LogLevel.Error, "A message was taken {Count} times and could never be processed: it is dead-lettered.")]
        public static partial void GivenUp(ILogger logger, int count);

        [LoggerMessage(221, LogLevel.Error, "A message could not be processed (taken {Count} times); it comes back.")]
        public static partial void MessageFailed(ILogger logger, int count, Exception exception);
    }
}
