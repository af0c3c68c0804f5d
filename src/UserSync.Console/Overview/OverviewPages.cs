using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using UserSync.Console.DeadLetters;
using UserSync.Console.Sources;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;

namespace UserSync.Console.Overview;

/// <summary>The first page: how everything is getting on, and what needs a person.</summary>
/// <param name="outcomes">What became of events.</param>
/// <param name="deadLetters">What waits for a person.</param>
/// <param name="review">How the sources are.</param>
/// <param name="queue">The queue.</param>
/// <param name="schedule">The limits.</param>
/// <param name="activity">The last hour.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class OverviewPages(
    IOutcomeStore outcomes,
    DeadLetterReader deadLetters,
    SourceReview review,
    IChangeQueue queue,
    UpdateSchedule schedule,
    RecentActivity activity,
    TimeProvider time,
    ILogger<OverviewPages> logger)
{
    private const int MostOfDay = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(5);

    internal async Task<IResult> ShowAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        var depth = await MeasureAsync(cancellationToken);
        var oldest = depth?.OldestSince is { } since ? time.GetUtcNow() - since : (TimeSpan?)null;
        var minutes = activity.Read();
        var day = await outcomes.ListAsync(new OutcomeFilter(Since: time.GetUtcNow().AddDays(-1)), null, MostOfDay, cancellationToken);
        return Pages.Show<OverviewPage>(request.Frame, new OverviewModel
        {
            Needs = [.. await NeedsAsync(request.Frame, depth, oldest, minutes, cancellationToken)],
            Day = day.Outcomes.CountBy(outcome => outcome.Conclusion.Status).ToDictionary(),
            IsWholeDay = day.Cursor is null,
            Waiting = depth?.Messages,
            Oldest = oldest,
            Activity = minutes,
            Accounts = schedule.Measure(),
        });
    }

    private async Task<QueueDepth?> MeasureAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await queue.MeasureAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.StoreFailed(logger, exception);
            return null;
        }
    }

    private async Task<List<Need>> NeedsAsync(
        ConsoleFrame frame, QueueDepth? depth, TimeSpan? oldest, IReadOnlyList<ActivityMinute> minutes, CancellationToken cancellationToken)
    {
        var needs = new List<Need>();
        if (depth is null)
        {
            Add("The store cannot be reached: deliveries are answered with 503, and come again.", frame.Link(string.Empty));
        }

        if (oldest > Old)
        {
            Add($"The oldest event has been waiting for {Presentation.Durations.Of(oldest.Value)}.", frame.Link("events", ("status", "received")));
        }

        var dead = await deadLetters.CountAsync(cancellationToken);
        if (dead.Count > 0)
        {
            var count = dead.IsWhole ? $"{dead.Count}" : $"More than {dead.Count}";
            Add($"{count} {(dead.Count == 1 ? "event waits" : "events wait")} among the dead letters.", frame.Link("dead-letters"));
        }

        var sources = await review.ReadAsync(frame, hasSamples: false, cancellationToken);
        foreach (var source in sources.Sources)
        {
            if (source.Source is null)
            {
                Add($"The source {source.Name} does not run: its file has errors.", frame.Link("sources"));
            }

            foreach (var secret in source.Secrets.Where(secret => secret.Values is null or 0))
            {
                var state = secret.Values is null ? "cannot be read" : "is missing";
                Add($"The secret {secret.Name} of the source {source.Name} {state}.", frame.Link("sources"));
            }
        }

        var refused = minutes.Sum(minute => minute.Refused);
        if (refused > 0)
        {
            var what = refused == 1 ? "1 delivery was" : $"{refused} deliveries were";
            Add($"{what} refused in the last hour: a wrong secret, or somebody else.", frame.Link("sources"), isUrgent: false);
        }

        return needs;

        void Add(string text, string link, bool isUrgent = true) => needs.Add(new Need(text, link, isUrgent));
    }

    private static partial class Log
    {
        [LoggerMessage(525, LogLevel.Error, "The store cannot be reached.")]
        public static partial void StoreFailed(ILogger logger, Exception exception);
    }
}
