using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using UserSync.Outcomes;
using UserSync.Processing;

namespace UserSync.Console.DeadLetters;

/// <summary>Events that wait for somebody to correct a cause, and their replay.</summary>
/// <param name="reader">Finds them.</param>
/// <param name="outcomes">What became of events.</param>
/// <param name="replayer">Replays them.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class DeadLetterPages(
    DeadLetterReader reader, IOutcomeStore outcomes, Replayer replayer, TimeProvider time, ILogger<DeadLetterPages> logger)
{
    private const int Step = 50;
    private const int MostForecasts = 200;

    internal async Task<IResult> ShowAsync(ConsoleRequest request, CancellationToken cancellationToken) =>
        await PageAsync(request, null, null, cancellationToken);

    internal async Task<IResult> ForecastAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        if (GroupOf(request) is not var (source, status, cause))
        {
            return Unknown(request);
        }

        var (events, isWhole) = await reader.ReadAsync(source, status, cause, time.GetUtcNow(), MostForecasts, cancellationToken);
        var forecasts = new List<Forecast>();
        foreach (var listed in events)
        {
            // A list has no content.
            if (await outcomes.FindAsync(source, listed.EventId, cancellationToken) is { } outcome)
            {
                forecasts.Add(replayer.WhyNot(outcome) is { } reason
                    ? new Forecast("failed", null, null, [reason])
                    : await replayer.ForecastAsync(outcome, cancellationToken));
            }
        }

        var results = forecasts.CountBy(forecast => forecast.Result).OrderByDescending(pair => pair.Value).Select(pair => (pair.Key, pair.Value));
        var problems = forecasts.SelectMany(forecast => forecast.Problems).CountBy(problem => problem)
            .OrderByDescending(pair => pair.Value).Take(10).Select(pair => (pair.Key, pair.Value));
        return await PageAsync(
            request, new GroupForecast(source, cause, [.. results], [.. problems], forecasts.Count, isWhole), null, cancellationToken);
    }

    internal async Task<IResult> ReplayAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        if (GroupOf(request) is not var (source, status, cause))
        {
            return Unknown(request);
        }

        var before = Number(request, "before") is { } ticks and > 0 && ticks < DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : time.GetUtcNow();
        var done = (int)(Number(request, "done") ?? 0);
        var left = (int)(Number(request, "left") ?? 0);

        // What cannot be replayed stays where it is, in front of the others.
        var (events, isWhole) = await reader.ReadAsync(source, status, cause, before, left + Step, cancellationToken);
        var replayed = 0;
        var skipped = 0;
        foreach (var listed in events.Skip(left))
        {
            if (await outcomes.FindAsync(source, listed.EventId, cancellationToken) is { } outcome && replayer.WhyNot(outcome) is null)
            {
                await replayer.ReplayAsync(outcome, cancellationToken);
                replayed++;
            }
            else
            {
                skipped++;
            }
        }

        Log.Replayed(logger, replayed, source, cause);
        var isOver = isWhole || replayed + skipped == 0;
        var progress = new ReplayProgress(source, status, cause, before, done + replayed, left + skipped, 0, isOver);
        var total = Math.Max((int)(Number(request, "total") ?? 0), progress.Done + progress.Left);
        return await PageAsync(request, null, progress with { Total = total }, cancellationToken);
    }

    private static (string Source, OutcomeStatus Status, string Cause)? GroupOf(ConsoleRequest request) =>
        request.Field("source") is { } source && request.Field("cause") is { } cause
        && Words.Status(request.Field("status")) is OutcomeStatus.Failed or OutcomeStatus.DeadLettered
            ? (source, Words.Status(request.Field("status"))!.Value, cause)
            : null;

    private static long? Number(ConsoleRequest request, string field) =>
        long.TryParse(request.Field(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IResult Unknown(ConsoleRequest request) => Pages.Say(
        request.Frame, StatusCodes.Status400BadRequest, "There are no such dead letters", "Go back, load the page again, and repeat what you did.");

    private async Task<IResult> PageAsync(
        ConsoleRequest request, GroupForecast? forecast, ReplayProgress? progress, CancellationToken cancellationToken) =>
        Pages.Show<DeadLettersPage>(request.Frame, new DeadLettersModel(await reader.ReadAsync(cancellationToken), forecast, progress));

    private static partial class Log
    {
        [LoggerMessage(510, LogLevel.Information, "The operator replayed {Count} events of source {Source} that had ended with {Cause}.")]
        public static partial void Replayed(ILogger logger, int count, string source, string cause);
    }
}
