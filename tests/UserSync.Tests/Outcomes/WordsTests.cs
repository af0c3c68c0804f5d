using UserSync.Outcomes;

namespace UserSync.Tests.Outcomes;

public sealed class WordsTests
{
    [Fact]
    public void Every_status_has_its_word() => Assert.Equal(
        ["received", "applied", "skipped", "failed", "dead-lettered"], Enum.GetValues<OutcomeStatus>().Select(Words.Of));

    [Fact]
    public void Every_reason_has_its_word() => Assert.Equal(
        ["filtered", "unchanged", "stale", "gone", "no-user"], Enum.GetValues<SkipReason>().Select(Words.Of));

    [Fact]
    public void A_word_stands_for_what_it_was_made_of()
    {
        Assert.All(Enum.GetValues<OutcomeStatus>(), status => Assert.Equal(status, Words.Status(Words.Of(status))));
        Assert.All(Enum.GetValues<SkipReason>(), reason => Assert.Equal(reason, Words.Reason(Words.Of(reason))));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("Applied")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_word_stands_for_nothing(string? word)
    {
        Assert.Null(Words.Status(word));
        Assert.Null(Words.Reason(word));
    }
}
