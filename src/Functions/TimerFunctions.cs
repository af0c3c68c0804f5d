using Microsoft.Azure.Functions.Worker;
using UserSync.Processing;

namespace Functions;

/// <summary>What has to be done from time to time. The host runs a timer on one instance only.</summary>
/// <param name="housekeeping">Does most of it.</param>
/// <param name="directories">Reads the directories of accounts.</param>
public sealed class TimerFunctions(Housekeeping housekeeping, DirectoryReader directories)
{
    /// <summary>Forgets what is old enough, every hour.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="cancellationToken">Stops; the next time goes on.</param>
    [Function("ForgetOutcomes")]
    public Task ForgetOutcomesAsync([TimerTrigger("0 10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        housekeeping.ForgetAsync(cancellationToken);

    /// <summary>Finds events that an instance left behind when it died, every hour.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="cancellationToken">Stops; the next time goes on.</param>
    [Function("SweepEvents")]
    public Task SweepEventsAsync([TimerTrigger("0 40 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        housekeeping.SweepAsync(cancellationToken);

    /// <summary>Looks how long the queue is waiting, every five minutes.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("MeasureQueue")]
    public Task MeasureQueueAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        housekeeping.MeasureAsync(cancellationToken);

    /// <summary>Goes on with the directories that are due, every minute, each for some seconds.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="cancellationToken">Stops; the next time goes on.</param>
    [Function("ReadDirectories")]
    public Task ReadDirectoriesAsync([TimerTrigger("0 */1 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        directories.RefreshAsync(cancellationToken);
}
