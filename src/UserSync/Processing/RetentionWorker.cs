using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>Forgets outcomes when they are old enough.</summary>
/// <param name="outcomes">The outcomes.</param>
/// <param name="options">How old that is.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class RetentionWorker(IOutcomeStore outcomes, IOptions<ProcessingOptions> options, TimeProvider time, ILogger<RetentionWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var forgotten = await outcomes.PruneAsync(time.GetUtcNow() - options.Value.Retention, stoppingToken);
                Log.Forgotten(logger, forgotten);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(230, LogLevel.Debug, "Forgot {Count} outcomes.")]
        public static partial void Forgotten(ILogger logger, long count);

        [LoggerMessage(231, LogLevel.Error, "Old outcomes cannot be forgotten.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
