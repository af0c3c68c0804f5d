using UserSync.Fetching;
using UserSync.Previews;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Previews;

public sealed class EventPreviewTests
{
    [Fact]
    public void Without_its_record_an_event_shows_from_where_it_would_be_fetched()
    {
        var preview = Of(TestFetch.Of(source: """{ "id": "id" }"""), """{ "id": "e1" }""");

        Assert.True(preview.LacksRecord);
        Assert.Equal(new Uri("https://directory.example.com/v1/users/e1"), preview.Address);
        Assert.Equal("fetch: the record is not given", Assert.Single(preview.Problems));
        Assert.Null(preview.User);
        Assert.Equal("test/e1: failed", preview.ToString());
    }

    [Fact]
    public void With_its_record_an_event_is_mapped()
    {
        var preview = Of(TestFetch.Of(source: """{ "id": "id" }"""), """{ "id": "e1" }""", """{ "user": "42", "email": "ada@example.com" }""");

        Assert.False(preview.LacksRecord);
        Assert.Equal("42", preview.User?.UserId);
        Assert.Equal("email", preview.User?.Patch.ToString());
        Assert.Empty(preview.Problems);
        Assert.Equal("test/e1: mapped", preview.ToString());
    }

    [Theory]
    [InlineData("{}", null, "fetch: the record is gone")]
    [InlineData("""{ "gone": "fail" }""", null, "fetch: the record is gone")]
    [InlineData("""{ "gone": "skip" }""", "gone")]
    public void An_event_whose_record_is_gone_ends_as_its_source_says(string fetch, string? skipped, params string[] problems)
    {
        var preview = Of(TestFetch.Of(fetch), """{ "id": "e1" }""", "null");

        Assert.Equal(skipped, preview.Skipped);
        Assert.Equal(problems, preview.Problems);
        Assert.Null(preview.User);
    }

    [Fact]
    public void An_event_whose_address_cannot_be_made_says_why() =>
        Assert.Equal(
            "fetch.path: the expression event.who gave null where an id is expected",
            Assert.Single(Of(TestFetch.Of("""{ "path": "/users/{event.who}" }"""), """{ "id": "e1" }""").Problems));

    [Fact]
    public void A_filter_that_cannot_be_evaluated_is_named() =>
        Assert.Equal(
            "when: cannot be evaluated over this event (invalid-type in length)",
            Assert.Single(Of(TestSource.OfChanged("""{ "when": "length(n)" }"""), """{ "id": "e1", "n": 1 }""").Problems));

    [Fact]
    public void A_test_for_deletion_that_cannot_be_evaluated_is_named() =>
        Assert.Equal(
            "fetch.deleted: cannot be evaluated over this event (invalid-type in length)",
            Assert.Single(Of(TestFetch.Of("""{ "deleted": "length(record.n)" }"""), """{ "id": "e1" }""", """{ "n": 1 }""").Problems));

    [Fact]
    public void What_is_filtered_shows_that_it_is_skipped()
    {
        var preview = Of(TestSource.OfChanged("""{ "id": "id", "type": "type", "when": { "type": ["user.*"] } }"""), """{ "id": "e1", "type": "group.created" }""");

        Assert.Equal("filtered", preview.Skipped);
        Assert.Equal("test/e1: filtered", preview.ToString());
    }

    private static EventPreview Of(Source source, string body, string? record = null) => EventPreview.Of(
        source,
        source.EventIn(body),
        record is null ? null : new FetchedRecord(Json.Parse(record), Now.Time, IsGone: record == "null"));
}
