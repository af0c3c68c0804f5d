using System.ComponentModel;
using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Endpoints.Answers;

/// <summary>An update that went to Truto.</summary>
[Description("One PATCH call to Truto.")]
public sealed record UpdateAnswer
{
    /// <summary>The id.</summary>
    [Description("The update's id.")]
    public required string Id { get; init; }

    /// <summary>When it was sent.</summary>
    [Description("When it was sent.")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [Description("How long the call took.")]
    public long? Milliseconds { get; init; }

    /// <summary>How many events it carried.</summary>
    [Description("How many events it carried.")]
    public int? Events { get; init; }

    /// <summary>The body.</summary>
    [Description("The request's body: a unified user patch.")]
    public JsonElement? Patch { get; init; }

    /// <summary>Truto's response.</summary>
    [Description("Truto's response, as the source's response format has it; null where it was empty.")]
    public JsonElement? Response { get; init; }

    internal static UpdateAnswer? Of(string? id) => id is null ? null : new UpdateAnswer { Id = id };

    internal static UpdateAnswer Of(Update update) => new()
    {
        Id = update.Id,
        StartedAt = update.StartedAt,
        Milliseconds = (long)update.Duration.TotalMilliseconds,
        Events = update.Events,
        Patch = update.Patch,
        Response = update.Response ?? JsonElement.Parse("null"u8),
    };

    /// <inheritdoc/>
    public override string ToString() => Id;
}
