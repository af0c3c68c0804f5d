using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Processing;

/// <summary>
/// What has to be done from time to time: forget what is old, find what was lost, and look at the queue. Every host calls it in its own
/// rhythm; doing it twice is harmless.
/// </summary>
/// <param name="outcomes">The outcomes.</param>
/// <param name="sources">The configured sources.</param>
/// <param name="replayer">Puts lost events on the queue.</param>
/// <param name="queue">The queue.</param>
/// <param name="options">How old is old.</param>
/// <param name="metrics">Measures.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class Housekeeping(
    IOutcomeStore outcomes,
    SourceCatalog sources,
    Replayer replayer,
    IChangeQueue queue,
    IOptions<ProcessingOptions> options,
    UserSyncMetrics metrics,
    TimeProvider time,
    ILogger<Housekeeping> logger)
{
    // The events of one delivery are concluded one after the other, also after their sender's time is over.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    // An event of a sender that does not wait is open for as long as its message is in the queue, which may be long.
    private static readonly TimeSpan QueuePatience = TimeSpan.FromDays(1);

    // Further back nobody looks: whatever was lost has been found long before.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(3);

    // A function is ended after ten minutes, and what is under way then has its time too.
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(4);

    private const int PageSize = 500;
    private const int MostAtATime = 1000;

    // Where the last sweep stopped; null where it came to the end. Whoever starts anew begins with the latest, which is soon enough.
    private string? position;

    /// <summary>Forgets outcomes and updates when they are old enough.</summary>
    /// <param name="cancellationToken">Stops.</param>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var forgotten = await outcomes.PruneAsync(time.GetUtcNow() - options.Value.Retention, cancellationToken);
        Log.Forgotten(logger, forgotten);
    }

    /// <summary>
    /// Puts events on the queue that were accepted, have not ended, and have no message: an instance died while their sender waited, or
    /// between noting an event and queueing it. The fields that they left pending in a ledger go to Truto with them.
    /// <para>
    /// Such an event counts as replayed, which tells it from those that were found before: each is put on the queue once.
    /// </para>
    /// <para>
    /// It ends after a few minutes. Where it has not come to the end by then, the next one goes on there.
    /// </para>
    /// </summary>
    /// <param name="cancellationToken">Stops between two events.</param>
    /// <returns>How many were found.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        var begun = time.GetTimestamp();
        var now = time.GetUtcNow();
        var patience = sources.All.Select(PatienceFor).DefaultIfEmpty(QueuePatience).Min();
        var filter = new OutcomeFilter(Status: OutcomeStatus.Received, Since: now - Horizon, Before: now - patience);
        do
        {
            var page = await outcomes.ListAsync(filter, position, PageSize, cancellationToken);
            foreach (var listed in page.Outcomes.Where(IsLost))
            {
                if (!HasTime(begun))
                {
                    // The page comes again, and what was found on it is not lost any more.
                    return count;
                }

                // A list has no content, and may be older than what has happened since.
                var found = await outcomes.FindAsync(listed.Source, listed.EventId, cancellationToken);
                if (found is { Event: not null } outcome && IsLost(outcome))
                {
                    await replayer.ReplayAsync(outcome, cancellationToken);
                    Log.Found(logger, outcome.Source, outcome.EventId);
                    count++;
                }
            }

            position = page.Cursor;
        }
        while (position is not null && count < MostAtATime && HasTime(begun));

        return count;
    }

    /// <summary>
    /// Measures how long the oldest message has been in the queue, so that it is known also where no message is processed.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var depth = await queue.MeasureAsync(cancellationToken);
        metrics.Waiting(depth.OldestSince is { } since ? time.GetUtcNow() - since : TimeSpan.Zero);
    }

    private bool HasTime(long begun) => time.GetElapsedTime(begun) < MostTime;

    private bool IsLost(Outcome outcome) =>
        outcome.Conclusion is { Status: OutcomeStatus.Received, Replay: 0 }
        && sources.Find(outcome.Source) is { } source
        && time.GetUtcNow() - outcome.ReceivedAt > PatienceFor(source);

    private TimeSpan PatienceFor(Source source) =>
        source.Reply == ReplyMode.Wait ? options.Value.WaitTimeout + Margin : QueuePatience;

    private static partial class Log
    {
        [LoggerMessage(230, LogLevel.Debug, "Forgot {Count} outcomes.")]
        public static partial void Forgotten(ILogger logger, long count);

        [LoggerMessage(232, LogLevel.Warning, "Event {Source}/{EventId} was accepted and never ended: it goes to the queue.")]
        public static partial void Found(ILogger logger, string source, string eventId);
    }
}
