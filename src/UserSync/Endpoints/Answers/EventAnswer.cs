using System.ComponentModel;
using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Endpoints.Answers;

/// <summary>All that is known of an event, for the operator.</summary>
[Description("What became of a change event.")]
public sealed record EventAnswer
{
    /// <summary>The source.</summary>
    [Description("The source's name.")]
    public required string Source { get; init; }

    /// <summary>The event's id.</summary>
    [Description("The event's id.")]
    public required string Event { get; init; }

    /// <summary>The event's type.</summary>
    [Description("What kind of change it is, in the source's words.")]
    public string? Type { get; init; }

    /// <summary>What became of it, as a word.</summary>
    [Description("received, applied, skipped, failed or dead-lettered.")]
    public required string Outcome { get; init; }

    /// <summary>Why it was skipped, as a word.</summary>
    [Description("Why it was skipped: a word such as unchanged, stale or filtered.")]
    public string? Reason { get; init; }

    /// <summary>Why it failed.</summary>
    public FailureAnswer? Problem { get; init; }

    /// <summary>The account.</summary>
    [Description("The Truto integrated account.")]
    public string? Account { get; init; }

    /// <summary>The CRM user.</summary>
    [Description("The CRM user's id.")]
    public string? User { get; init; }

    /// <summary>When it happened.</summary>
    [Description("When the change happened.")]
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When it was received.</summary>
    [Description("When the event was first received.")]
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Description("When the event ended; absent while it is under way.")]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many attempts it took.</summary>
    [Description("How many attempts failed; absent where none did.")]
    public int? Attempts { get; init; }

    /// <summary>The trace.</summary>
    [Description("The W3C trace context (traceparent) of the delivery.")]
    public string? Trace { get; init; }

    /// <summary>The update that carried it.</summary>
    [Description("The update that carried it to Truto; in lists its id alone.")]
    public UpdateAnswer? Update { get; init; }

    /// <summary>The event itself.</summary>
    [Description("The event as the source wrote it; not in lists.")]
    public JsonElement? Data { get; init; }

    internal static EventAnswer Of(Outcome outcome, Update? update)
    {
        var conclusion = outcome.Conclusion;
        return new EventAnswer
        {
            Source = outcome.Source,
            Event = outcome.EventId,
            Type = Present(outcome.EventType),
            Outcome = Words.Of(conclusion.Status),
            Reason = conclusion.SkipReason is { } reason ? Words.Of(reason) : null,
            Problem = conclusion.Failure is { } failure ? new FailureAnswer(failure.Cause, failure.Reason) : null,
            Account = Present(conclusion.Account),
            User = Present(conclusion.UserId),
            OccurredAt = outcome.OccurredAt,
            ReceivedAt = outcome.ReceivedAt,
            EndedAt = conclusion.Status == OutcomeStatus.Received ? null : conclusion.At,
            Attempts = conclusion.Attempts > 0 ? conclusion.Attempts : null,
            Trace = Present(outcome.TraceParent),
            Update = update is null ? UpdateAnswer.Of(Present(conclusion.UpdateId)) : UpdateAnswer.Of(update),
            Data = outcome.Event,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/{Event}: {Outcome}";

    private static string? Present(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
