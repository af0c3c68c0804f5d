using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using UserSync.Endpoints.Answers;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Sources;

namespace UserSync.Endpoints;

/// <summary>Says whether this instance can work, and how it is getting on.</summary>
/// <param name="sources">The configured sources.</param>
/// <param name="queue">The queue.</param>
/// <param name="progress">What the worker has done.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class HealthEndpoint(SourceCatalog sources, IChangeQueue queue, WorkerProgress progress, TimeProvider time, ILogger<HealthEndpoint> logger)
{
    /// <summary>The route, below the hosts' common prefix <c>api</c>.</summary>
    public const string Route = "health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Answers 200 where every source runs and the store can be reached, 503 otherwise.</summary>
    /// <param name="showDetails">Whether to say how much is waiting and how much has been done.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IResult> HandleAsync(bool showDetails, CancellationToken cancellationToken)
    {
        var depth = await MeasureAsync(cancellationToken);
        var isReady = depth is not null && !sources.Findings.HasErrors;
        var answer = new HealthAnswer { Status = isReady ? "ready" : "unready" };
        return JsonResult.Of(
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, showDetails ? Detailed(answer, depth) : answer, AnswerJson.Readable.HealthAnswer);
    }

    private HealthAnswer Detailed(HealthAnswer answer, QueueDepth? depth) => answer with
    {
        Sources = sources.All.Count(),
        Store = depth is not null,
        Queue = new QueueAnswer(depth?.Messages ?? 0, depth?.OldestSince is { } since ? Math.Max(0, (long)(time.GetUtcNow() - since).TotalSeconds) : 0),
        Worker = new WorkerAnswer(progress.CompletedTotal, Math.Round(progress.CompletedPerSecond, 2), progress.PutOffTotal, progress.FailedTotal),
    };

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

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Error, "The store cannot be reached.")]
        public static partial void StoreFailed(ILogger logger, Exception exception);
    }
}
