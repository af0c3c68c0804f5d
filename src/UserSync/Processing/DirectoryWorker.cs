using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace UserSync.Processing;

/// <summary>Keeps directories fresh in a host that runs all the time.</summary>
/// <param name="reader">Reads directories.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class DirectoryWorker(DirectoryReader reader, TimeProvider time, ILogger<DirectoryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isMore = await TryRefreshAsync(stoppingToken);
            await Task.Delay(isMore ? TimeSpan.FromSeconds(1) : Interval, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.RefreshAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, exception);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(242, LogLevel.Error, "The directories cannot be read; the next time may do better.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
