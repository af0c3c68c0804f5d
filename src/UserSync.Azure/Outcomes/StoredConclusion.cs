using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>How an event ended, as it is kept.</summary>
internal sealed record StoredConclusion
{
    public required string Status { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? SkipReason { get; init; }

    public StoredFailure? Failure { get; init; }

    public string? Account { get; init; }

    public string? UserId { get; init; }

    public string? UpdateId { get; init; }

    public int Attempts { get; init; }

    public long Replay { get; init; }

    internal static StoredConclusion Of(Conclusion conclusion) => new()
    {
        Status = Words.Of(conclusion.Status),
        At = conclusion.At,
        SkipReason = conclusion.SkipReason is { } reason ? Words.Of(reason) : null,
        Failure = StoredFailure.Of(conclusion.Failure),
        Account = conclusion.Account,
        UserId = conclusion.UserId,
        UpdateId = conclusion.UpdateId,
        Attempts = conclusion.Attempts,
        Replay = conclusion.Replay,
    };

    internal Conclusion ToConclusion(string source, string eventId) =>
        new(source, eventId, Words.Status(Status) ?? throw new InvalidDataException("The outcome's status is not known here."), At)
        {
            SkipReason = Words.Reason(SkipReason),
            Failure = Failure?.ToFailure(),
            Account = Account,
            UserId = UserId,
            UpdateId = UpdateId,
            Attempts = Attempts,
            Replay = Replay,
        };
}
