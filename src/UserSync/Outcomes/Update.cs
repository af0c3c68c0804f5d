using System.Text.Json;

namespace UserSync.Outcomes;

/// <summary>One PATCH call that Truto took, and the events that rode in it.</summary>
public sealed record Update
{
    /// <summary>The update's id.</summary>
    public required string Id { get; init; }

    /// <summary>The account.</summary>
    public required string Account { get; init; }

    /// <summary>The CRM user's id.</summary>
    public required string UserId { get; init; }

    /// <summary>What was sent.</summary>
    public required JsonElement Patch { get; init; }

    /// <summary>Truto's response, in the form that the source asked for; <see langword="null"/> where Truto sent none.</summary>
    public JsonElement? Response { get; init; }

    /// <summary>When the call began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the call took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many events rode in it.</summary>
    public required int Events { get; init; }

    /// <summary>The id; never what was sent or answered.</summary>
    public override string ToString() => Id;
}
