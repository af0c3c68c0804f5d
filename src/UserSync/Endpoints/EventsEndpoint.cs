using Microsoft.AspNetCore.Http;
using UserSync.Endpoints.Answers;
using UserSync.Outcomes;
using UserSync.Processing;

namespace UserSync.Endpoints;

/// <summary>
/// The operator's view: what became of events, and how to replay them. Answers hold personal data; every host lets only the operator
/// in.
/// </summary>
/// <param name="outcomes">Where outcomes are kept.</param>
/// <param name="replayer">Replays events.</param>
public sealed class EventsEndpoint(IOutcomeStore outcomes, Replayer replayer)
{
    /// <summary>The route of the list, below the hosts' common prefix <c>api</c>.</summary>
    public const string ListRoute = "events";

    /// <summary>The route of one event.</summary>
    public const string FindRoute = "events/{source}/{id}";

    /// <summary>The route that replays one event.</summary>
    public const string ReplayRoute = "events/{source}/{id}/replay";

    /// <summary>The route that replays many events.</summary>
    public const string ReplayManyRoute = "events/replay";

    private const int PageSize = 50;

    /// <summary>Answers what became of one event, with the update that carried it and Truto's response.</summary>
    /// <param name="source">The source.</param>
    /// <param name="id">The event's id, as it stands in the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IResult> FindAsync(string source, string id, CancellationToken cancellationToken)
    {
        if (await LookUpAsync(source, id, cancellationToken) is not { } outcome)
        {
            return Problems.UnknownEvent();
        }

        var update = outcome.Conclusion.UpdateId is { } updateId ? await outcomes.FindUpdateAsync(updateId, cancellationToken) : null;
        return JsonResult.Of(StatusCodes.Status200OK, EventAnswer.Of(outcome, update), AnswerJson.Readable.EventAnswer);
    }

    /// <summary>Answers a page of outcomes: <c>?source=&amp;status=&amp;user=&amp;since=&amp;cursor=&amp;limit=</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!EventsQuery.TryRead(request.Query, out var query, out var problem))
        {
            return Problems.BadQuery(problem);
        }

        try
        {
            var page = await outcomes.ListAsync(query.Filter, query.Cursor, query.Limit ?? PageSize, cancellationToken);
            return JsonResult.Of(
                StatusCodes.Status200OK, new EventPageAnswer([.. page.Outcomes.Select(outcome => EventAnswer.Of(outcome, null))], page.Cursor), AnswerJson.Readable.EventPageAnswer);
        }
        catch (FormatException)
        {
            return Problems.BadQuery("The cursor is not one that was given out here.");
        }
    }

    /// <summary>Replays one event; with <c>?dryRun=true</c>, says what that would do.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The source.</param>
    /// <param name="id">The event's id, as it stands in the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IResult> ReplayAsync(HttpRequest request, string source, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!EventsQuery.TryRead(request.Query, out var query, out var problem))
        {
            return Problems.BadQuery(problem);
        }

        if (await LookUpAsync(source, id, cancellationToken) is not { } outcome)
        {
            return Problems.UnknownEvent();
        }

        if (replayer.WhyNot(outcome) is { } reason)
        {
            return Problems.CannotReplay(reason);
        }

        if (query.IsDryRun)
        {
            var forecast = await replayer.ForecastAsync(outcome, cancellationToken);
            return JsonResult.Of(StatusCodes.Status200OK, ForecastAnswer.Of(outcome, forecast), AnswerJson.Readable.ForecastAnswer);
        }

        await replayer.ReplayAsync(outcome, cancellationToken);
        return Replayed(new ReplayAnswer(1, 0, null));
    }

    /// <summary>
    /// Replays a page of the events that failed or were dead-lettered: <c>?status=failed</c> and what else <see cref="ListAsync"/>
    /// filters by. The answer's cursor goes on with the next page. With <c>?dryRun=true</c>, says what that would do.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IResult> ReplayManyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!EventsQuery.TryRead(request.Query, out var query, out var problem))
        {
            return Problems.BadQuery(problem);
        }

        if (query.Filter.Status is not (OutcomeStatus.Failed or OutcomeStatus.DeadLettered or OutcomeStatus.Skipped or OutcomeStatus.Applied))
        {
            return Problems.BadQuery("Say which events to replay: ?status=failed, dead-lettered, skipped or applied.");
        }

        OutcomePage page;
        try
        {
            page = await outcomes.ListAsync(query.Filter, query.Cursor, query.Limit ?? EventsQuery.MaxLimit, cancellationToken);
        }
        catch (FormatException)
        {
            return Problems.BadQuery("The cursor is not one that was given out here.");
        }

        return query.IsDryRun
            ? await ForecastManyAsync(page, cancellationToken)
            : await ReplayPageAsync(page, cancellationToken);
    }

    private async Task<IResult> ReplayPageAsync(OutcomePage page, CancellationToken cancellationToken)
    {
        var replayed = 0;
        var left = 0;
        foreach (var entry in page.Outcomes)
        {
            if (await outcomes.FindAsync(entry.Source, entry.EventId, cancellationToken) is { } outcome && replayer.WhyNot(outcome) is null)
            {
                await replayer.ReplayAsync(outcome, cancellationToken);
                replayed++;
            }
            else
            {
                left++;
            }
        }

        return Replayed(new ReplayAnswer(replayed, left, page.Cursor));
    }

    private async Task<IResult> ForecastManyAsync(OutcomePage page, CancellationToken cancellationToken)
    {
        var forecasts = new List<ForecastAnswer>();
        foreach (var entry in page.Outcomes)
        {
            if (await outcomes.FindAsync(entry.Source, entry.EventId, cancellationToken) is { } outcome && replayer.WhyNot(outcome) is null)
            {
                forecasts.Add(ForecastAnswer.Of(outcome, await replayer.ForecastAsync(outcome, cancellationToken)));
            }
        }

        return JsonResult.Of(StatusCodes.Status200OK, new ForecastPageAnswer(forecasts, page.Cursor), AnswerJson.Readable.ForecastPageAnswer);
    }

    /// <summary>Finds an event. An address cannot hold a slash in an id but as <c>%2F</c>, which hosts leave as it is.</summary>
    private async Task<Outcome?> LookUpAsync(string source, string id, CancellationToken cancellationToken) =>
        await outcomes.FindAsync(source, id, cancellationToken)
        ?? (id.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            ? await outcomes.FindAsync(source, id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), cancellationToken)
            : null);

    private static JsonResult Replayed(ReplayAnswer answer) => JsonResult.Of(StatusCodes.Status202Accepted, answer, AnswerJson.Readable.ReplayAnswer);
}
