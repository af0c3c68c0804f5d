using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Console.Events;

/// <summary>Events: the list, and the whole story of one.</summary>
/// <param name="outcomes">What became of events.</param>
/// <param name="sources">The configured sources.</param>
/// <param name="ledgers">The ledgers.</param>
/// <param name="records">Knows records that were fetched lately.</param>
/// <param name="replayer">Replays events.</param>
/// <param name="options">Whether unchanged values are sent again.</param>
/// <param name="logger">The log.</param>
public sealed partial class EventPages(
    IOutcomeStore outcomes,
    SourceCatalog sources,
    ILedgerStore ledgers,
    RecordSupplier records,
    Replayer replayer,
    IOptions<ProcessingOptions> options,
    ILogger<EventPages> logger)
{
    private const int PageSize = 50;
    private const int MostAttempts = 50;

    internal async Task<IResult> ListAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        var model = new EventsModel
        {
            Sources = [.. sources.All.Select(source => source.Name)],
            Source = request.Query("source"),
            Status = request.Query("status"),
            User = request.Query("user"),
            Since = request.Query("since"),
            IsFirst = request.Query("cursor") is null,
        };
        var status = Words.Status(model.Status);
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        DateTimeOffset? since = DateTimeOffset.TryParse(model.Since, CultureInfo.InvariantCulture, Utc, out var time) ? time : null;
        var problem = model.Status is not null && status is null ? $"There is no such outcome; there are {string.Join(", ", Words.AllStatuses)}."
            : model.Since is not null && since is null ? "That is not a time; write for example 2026-01-31T12:00."
            : null;
        if (problem is not null)
        {
            return Pages.Show<EventsPage>(request.Frame, model with { Problem = problem }, StatusCodes.Status400BadRequest);
        }

        try
        {
            var filter = new OutcomeFilter(model.Source, status, model.User, since);
            var page = await outcomes.ListAsync(filter, request.Query("cursor"), PageSize, cancellationToken);
            return Pages.Show<EventsPage>(request.Frame, model with { Rows = page.Outcomes, Next = page.Cursor });
        }
        catch (FormatException)
        {
            return Pages.Show<EventsPage>(
                request.Frame, model with { Problem = "This link is not one of ours; begin with the latest." }, StatusCodes.Status400BadRequest);
        }
    }

    internal Task<IResult> ShowAsync(ConsoleRequest request, CancellationToken cancellationToken) =>
        WithAsync(request, story => Task.FromResult(story), cancellationToken);

    internal Task<IResult> RevealAsync(ConsoleRequest request, CancellationToken cancellationToken) => WithAsync(
        request,
        story =>
        {
            Log.Revealed(logger, story.Outcome.Source, story.Outcome.EventId);
            return Task.FromResult(story with { IsRevealed = true, Notice = "Personal data is shown. That has been logged." });
        },
        cancellationToken);

    internal Task<IResult> DryRunAsync(ConsoleRequest request, CancellationToken cancellationToken) => WithAsync(
        request,
        async story => story.WhyNot is null
            ? story with { Forecast = await replayer.ForecastAsync(story.Outcome, cancellationToken) }
            : story,
        cancellationToken);

    internal async Task<IResult> ReplayAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        if (await FindAsync(request, cancellationToken) is not { } outcome)
        {
            return Unknown(request);
        }

        if (replayer.WhyNot(outcome) is null)
        {
            await replayer.ReplayAsync(outcome, cancellationToken);
            Log.Replayed(logger, outcome.Source, outcome.EventId);
        }

        // Loading the page again must not replay again.
        return Results.LocalRedirect(request.Frame.Link("event", ("source", outcome.Source), ("id", outcome.EventId)));
    }

    private static IResult Unknown(ConsoleRequest request) => Pages.Say(
        request.Frame, StatusCodes.Status404NotFound, "There is no such event", "Nothing is known of this event, or not any more.");

    private async Task<IResult> WithAsync(
        ConsoleRequest request, Func<EventStory, Task<EventStory>> change, CancellationToken cancellationToken) =>
        await FindAsync(request, cancellationToken) is { } outcome
            ? Pages.Show<EventPage>(request.Frame, await change(await TellAsync(outcome, cancellationToken)))
            : Unknown(request);

    private async Task<Outcome?> FindAsync(ConsoleRequest request, CancellationToken cancellationToken) =>
        request.Query("source") is { } source && request.Query("id") is { } id ? await outcomes.FindAsync(source, id, cancellationToken) : null;

    private async Task<EventStory> TellAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var story = new EventStory
        {
            Outcome = outcome,
            Update = outcome.Conclusion.UpdateId is { } update ? await outcomes.FindUpdateAsync(update, cancellationToken) : null,
            FailedAttempts = await FailedAsync(outcome, cancellationToken),
            Source = sources.Find(outcome.Source),
            WhyNot = replayer.WhyNot(outcome),
        };
        if (outcome.Event is null)
        {
            return story with { NotMapped = "The event's content is not kept." };
        }

        if (story.Source is not { } source)
        {
            return story with { NotMapped = $"There is no source \"{outcome.Source}\" that can run." };
        }

        var change = Replayer.EventOf(outcome);
        try
        {
            if (!source.Events.Takes(change))
            {
                return story with { NotMapped = "The source does not take events like this one (\"when\")." };
            }
        }
        catch (ExpressionException exception)
        {
            return story with { NotMapped = $"when: {exception.Message}" };
        }

        if (records.Recall(source, change) is not { } complete)
        {
            return story with { NotMapped = "The record behind the event is not known here any more. A dry run fetches it." };
        }

        change = complete;
        var mapped = source.Map(change);
        story = story with { Mapped = mapped, Record = complete.Record };
        return mapped.UserId.Length == 0 ? story : await WithLedgerAsync(story, source, change, cancellationToken);
    }

    private async Task<IReadOnlyList<Update>> FailedAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var attempts = new List<Update>();
        for (var failed = 0; failed < MostAttempts; failed++)
        {
            var known = attempts.Count;
            foreach (var alone in (bool[])[false, true])
            {
                var id = Update.IdOfAttempt(outcome.Source, outcome.EventId, outcome.Conclusion.Replay, failed, alone);
                if (await outcomes.FindUpdateAsync(id, cancellationToken) is { } attempt)
                {
                    attempts.Add(attempt);
                }
            }

            if (attempts.Count == known)
            {
                break;
            }
        }

        return attempts;
    }

    private async Task<EventStory> WithLedgerAsync(EventStory story, Source source, ChangeEvent change, CancellationToken cancellationToken)
    {
        var row = await ledgers.ReadAsync(new UserKey(source.Truto.Account, story.Mapped!.UserId), cancellationToken);
        var entry = LedgerEntry.Of(change, story.Mapped.Patch);
        var after = row.Ledger.Merge(entry);
        return story with
        {
            Ledger = row.Ledger,
            LedgerAfter = source.Truto.SendUnchanged ?? options.Value.SendUnchanged ? after : after.AcknowledgeUnchanged(entry),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(500, LogLevel.Warning, "The operator looked at the personal data of event {Source}/{EventId}.")]
        public static partial void Revealed(ILogger logger, string source, string eventId);

        [LoggerMessage(501, LogLevel.Information, "The operator replayed event {Source}/{EventId}.")]
        public static partial void Replayed(ILogger logger, string source, string eventId);
    }
}
