using CsCheck;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Outcomes;

public sealed class ConclusionTests
{
    private static readonly Gen<Conclusion> Any = Gen.Select(Gen.Enum<OutcomeStatus>(), Gen.Int[0, 2]).Select((status, replay) => Of(status, replay));

    [Theory]
    [InlineData(OutcomeStatus.Received, OutcomeStatus.Applied, true)]
    [InlineData(OutcomeStatus.Received, OutcomeStatus.Skipped, true)]
    [InlineData(OutcomeStatus.Received, OutcomeStatus.Failed, true)]
    [InlineData(OutcomeStatus.Received, OutcomeStatus.DeadLettered, true)]
    [InlineData(OutcomeStatus.Received, OutcomeStatus.Received, false)]
    [InlineData(OutcomeStatus.Failed, OutcomeStatus.Applied, true)]
    [InlineData(OutcomeStatus.DeadLettered, OutcomeStatus.Applied, true)]
    [InlineData(OutcomeStatus.Skipped, OutcomeStatus.Applied, true)]
    [InlineData(OutcomeStatus.Failed, OutcomeStatus.Skipped, true)]
    [InlineData(OutcomeStatus.Failed, OutcomeStatus.Received, false)]
    [InlineData(OutcomeStatus.Applied, OutcomeStatus.Received, false)]
    [InlineData(OutcomeStatus.Applied, OutcomeStatus.Skipped, false)]
    [InlineData(OutcomeStatus.Applied, OutcomeStatus.Failed, false)]
    [InlineData(OutcomeStatus.Applied, OutcomeStatus.DeadLettered, false)]
    [InlineData(OutcomeStatus.Applied, OutcomeStatus.Applied, false)]
    public void An_end_takes_the_place_of_what_was_open_and_nothing_that_of_having_been_applied(OutcomeStatus known, OutcomeStatus next, bool yields) =>
        Assert.Equal(yields, Of(known).YieldsTo(Of(next)));

    [Fact]
    public void A_replay_takes_the_place_of_everything_before_it_and_nothing_before_it_takes_its_place() => Gen.Select(Any, Any).Sample((known, next) =>
        Assert.True(next.Replay == known.Replay || known.YieldsTo(next) == next.Replay > known.Replay));

    [Fact]
    public void An_event_that_was_applied_in_its_last_replay_is_applied_whatever_the_order() => Any.Array[1, 6].Sample(conclusions =>
    {
        var last = conclusions.Max(conclusion => conclusion.Replay);
        var final = conclusions.Aggregate((known, next) => known.YieldsTo(next) ? next : known);

        Assert.Equal(last, final.Replay);
        Assert.Equal(conclusions.Any(conclusion => conclusion.Replay == last && conclusion.Status == OutcomeStatus.Applied), final.Status == OutcomeStatus.Applied);
        Assert.Equal(conclusions.All(conclusion => conclusion.Replay < last || conclusion.Status == OutcomeStatus.Received), final.Status == OutcomeStatus.Received);
    });

    [Fact]
    public void Every_status_and_every_reason_has_a_word_of_its_own()
    {
        Assert.All(Enum.GetValues<OutcomeStatus>(), status => Assert.Equal(status, Words.Status(Words.Of(status))));
        Assert.All(Enum.GetValues<SkipReason>(), reason => Assert.Equal(reason, Words.Reason(Words.Of(reason))));
        Assert.Equal(["received", "applied", "skipped", "failed", "dead-lettered"], Words.AllStatuses);
        Assert.Equal((null, null, null), (Words.Status("Failed"), Words.Status(null), Words.Reason("")));
    }

    [Fact]
    public void What_is_said_of_an_outcome_holds_nothing_personal()
    {
        var outcome = new Outcome { Source = "workos", EventId = "evt_1", OccurredAt = Now.Time, ReceivedAt = Now.Time, Event = Json.Parse("\"ada@example.com\""), Conclusion = Of(OutcomeStatus.Applied) with { UserId = "ada@example.com" } };

        Assert.Equal(("workos/evt_1: Applied", "workos/evt_1: Applied"), (outcome.ToString(), outcome.Conclusion.ToString()));
    }

    private static Conclusion Of(OutcomeStatus status, long replay = 0) => new("workos", "evt_1", status, Now.Time) { Replay = replay };
}
