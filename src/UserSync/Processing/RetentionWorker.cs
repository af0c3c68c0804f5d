using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace UserSync.Processing;

/// <summary>Keeps house in a host that runs all the time.</summary>
/// <param name="housekeeping">What is to be done.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class RetentionWorker(Housekeeping housekeeping, TimeProvider time, ILogger<RetentionWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongInterval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var due = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(housekeeping.MeasureAsync, stoppingToken);
            if (time.GetUtcNow() >= due)
            {
                due = time.GetUtcNow() + LongInterval;
                await TryAsync(housekeeping.ForgetAsync, stoppingToken);
                await TryAsync(housekeeping.SweepAsync, stoppingToken);
            }

            var pause = TimeSpan.FromTicks(Math.Clamp((due - time.GetUtcNow()).Ticks, 0, Interval.Ticks));
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> task, CancellationToken cancellationToken)
    {
        try
        {
            await task(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, exception);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(231, LogLevel.Error, "The store cannot be tidied up; the next time may do better.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
