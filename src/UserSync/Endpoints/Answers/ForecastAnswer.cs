using System.ComponentModel;
using System.Text.Json;
using UserSync.Outcomes;
using UserSync.Processing;

namespace UserSync.Endpoints.Answers;

/// <summary>What a replay of one event would do.</summary>
[Description("What a replay of an event would do.")]
public sealed record ForecastAnswer
{
    /// <summary>The source.</summary>
    [Description("The source's name.")]
    public required string Source { get; init; }

    /// <summary>The event's id.</summary>
    [Description("The event's id.")]
    public required string Event { get; init; }

    /// <summary>The result, as a word.</summary>
    [Description("sent, unchanged, stale, filtered, gone or failed.")]
    public required string Result { get; init; }

    /// <summary>The CRM user.</summary>
    [Description("The CRM user's id.")]
    public string? User { get; init; }

    /// <summary>The patch.</summary>
    [Description("What the event says about the user: a unified user patch.")]
    public JsonElement? Patch { get; init; }

    /// <summary>Why it would fail.</summary>
    [Description("Why it would fail; absent where it would not.")]
    public IReadOnlyList<string>? Problems { get; init; }

    internal static ForecastAnswer Of(Outcome outcome, Forecast forecast) => new()
    {
        Source = outcome.Source,
        Event = outcome.EventId,
        Result = forecast.Result,
        User = forecast.UserId is { Length: > 0 } user ? user : null,
        Patch = forecast.Patch,
        Problems = forecast.Problems.Count > 0 ? forecast.Problems : null,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/{Event}: {Result}";
}
