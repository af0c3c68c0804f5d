using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace UserSync.Outcomes;

/// <summary>One PATCH call, the events that rode in it, and what came of it.</summary>
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

    /// <summary>Why Truto did not take it; <see langword="null"/> where it did.</summary>
    public Failure? Failure { get; init; }

    /// <summary>When the call began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the call took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many events rode in it.</summary>
    public required int Events { get; init; }

    /// <summary>The id under which an attempt that failed is kept: whoever knows the event knows it.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="eventId">The event's id.</param>
    /// <param name="replay">Zero for the event as it was received; greater for each replay.</param>
    /// <param name="failed">How many attempts had failed before.</param>
    /// <param name="alone">Whether the event was applied without what else was pending.</param>
    public static string IdOfAttempt(string source, string eventId, long replay, int failed, bool alone)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{source}\n{replay}\n{failed}\n{alone}\n{eventId}");
        return $"attempt-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>The id; never what was sent or answered.</summary>
    public override string ToString() => Id;
}
