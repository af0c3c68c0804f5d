using System.Text.Json;
using UserSync.Mapping;
using UserSync.Receiving.Events;

namespace UserSync.Outcomes;

/// <summary>What became of one change event, with Truto's response or the reason.</summary>
public sealed class Outcome
{
    private Outcome(ChangeEvent change, OutcomeStatus status)
    {
        Event = change;
        Status = status;
    }

    /// <summary>The event.</summary>
    public ChangeEvent Event { get; }

    /// <summary>What became of it.</summary>
    public OutcomeStatus Status { get; }

    /// <summary>Why there was nothing to do; only where it was skipped.</summary>
    public SkipReason? SkipReason { get; private init; }

    /// <summary>Why it could not be applied; only where it failed.</summary>
    public Failure? Failure { get; private init; }

    /// <summary>The CRM user; <see langword="null"/> where the event was not mapped.</summary>
    public string? UserId { get; private init; }

    /// <summary>The patch; <see langword="null"/> where the event was not mapped.</summary>
    public UserPatch? Patch { get; private init; }

    /// <summary>Truto's response; <see langword="null"/> where it sent none.</summary>
    public JsonElement? Response { get; private init; }

    /// <summary>An update that Truto took.</summary>
    /// <param name="change">The event.</param>
    /// <param name="user">What was sent to whom.</param>
    /// <param name="response">Truto's response.</param>
    public static Outcome Applied(ChangeEvent change, MappedUser user, JsonElement? response)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new Outcome(change, OutcomeStatus.Applied) { UserId = user.UserId, Patch = user.Patch, Response = response };
    }

    /// <summary>An event with nothing to do.</summary>
    /// <param name="change">The event.</param>
    /// <param name="reason">Why.</param>
    public static Outcome Skipped(ChangeEvent change, SkipReason reason) => new(change, OutcomeStatus.Skipped) { SkipReason = reason };

    /// <summary>An event that could not be applied.</summary>
    /// <param name="change">The event.</param>
    /// <param name="failure">Why.</param>
    /// <param name="user">What was to be sent to whom, where it was mapped.</param>
    public static Outcome Failed(ChangeEvent change, Failure failure, MappedUser? user = null) =>
        new(change, OutcomeStatus.Failed) { Failure = failure, UserId = user?.UserId, Patch = user?.Patch };

    /// <inheritdoc/>
    public override string ToString() => $"{Event}: {Status}";
}
