using System.Text;
using Microsoft.AspNetCore.Http;
using UserSync.Outcomes;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

public sealed class EventsEndpointTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly SourceCatalog sources;
    private Script truto = new(Script.Answer(200, """{ "id": "42", "name": "Ada <ü>" }"""));
    private TestProcessing processing;

    public EventsEndpointTests()
    {
        sources = folder.With("test.json", TestSource.With("""{ "id": "id", "type": "type", "time": "at" }""")).With("other.json", TestSource.With("""{ "id": "id", "time": "at" }""")).Load();
        processing = new TestProcessing(truto);
    }

    /// <summary>What is wrong with a query, and what is said about it.</summary>
    public static TheoryData<string, string> WrongQueries => new()
    {
        { "?status=done", "status can be received, applied, skipped, failed, dead-lettered." },
        { "?status=Failed", "status can be received, applied, skipped, failed, dead-lettered." },
        { "?status=", "status is empty; leave it out, or give it a value." },
        { "?status=failed&status=applied", "status is given more than once." },
        { "?status=failed&source=", "source is empty; leave it out, or give it a value." },
        { "?status=failed&source=a&source=b", "source is given more than once." },
        { "?status=failed&user", "user is empty; leave it out, or give it a value." },
        { "?status=failed&since=yesterday", "since is not a time; write for example 2026-01-31T12:00:00Z." },
        { "?status=failed&since=10:30", "since is not a time; write for example 2026-01-31T12:00:00Z." },
        { "?status=failed&limit=0", "limit can be from 1 to 500." },
        { "?status=failed&limit=501", "limit can be from 1 to 500." },
        { "?status=failed&limit=-1", "limit can be from 1 to 500." },
        { "?status=failed&limit=ten", "limit can be from 1 to 500." },
        { "?status=failed&dryRun=1", "dryRun can be true or false." },
        { "?status=failed&dryRun", "dryRun is empty; leave it out, or give it a value." },
        { "?status=failed&DRYRUN=", "dryRun is empty; leave it out, or give it a value." },
        { "?status=failed&dryrun=true&dryRun=false", "dryRun is given more than once." },
        { "?status=failed&sorce=test", "The query can have source, status, user, since, cursor, limit, dryRun, and nothing else." },
        { "?status=failed&<script>=", "The query can have source, status, user, since, cursor, limit, dryRun, and nothing else." },
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task All_that_is_known_of_an_applied_event_is_answered()
    {
        await SendAsync("e1", trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        var update = Assert.Single(processing.Outcomes.Updates).Id;

        var answer = await FindAsync("test", "e1");

        Assert.Equal((200, "application/json", "no-store", "nosniff"), (answer.Status, answer.ContentType, answer.Headers["Cache-Control"], answer.Headers["X-Content-Type-Options"]));
        Assert.Equal(
            $$$"""
            {"source":"test","event":"e1","type":"user.updated","outcome":"applied","account":"{{{TestSource.Account}}}","user":"42",
            "occurredAt":"2025-12-31T12:00:00.000Z","receivedAt":"2026-01-01T00:00:00.000Z","endedAt":"2026-01-01T00:00:00.000Z","trace":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "update":{"id":"{{{update}}}","startedAt":"2026-01-01T00:00:00.000Z","milliseconds":0,"events":1,"patch":{"email":"a@b.c"},"response":{"id":"42","name":"Ada <ü>"}},
            "data":{"id":"e1","type":"user.updated","at":"2025-12-31T12:00:00Z","user":"42","email":"a@b.c"}}
            """.ReplaceLineEndings(string.Empty),
            answer.Body);
    }

    [Fact]
    public async Task An_update_that_is_not_kept_any_more_is_named()
    {
        await SendAsync("e1");
        var update = Assert.Single(processing.Outcomes.Updates).Id;
        processing.Outcomes.Forget(update);

        Assert.Equal(update, (await FindAsync("test", "e1")).Json.GetProperty("update").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Why_an_event_failed_is_answered()
    {
        await Failing(Script.Answer(500, "{}")).SendAsync("e1", attempt: 11);

        var json = (await FindAsync("test", "e1")).Json;

        Assert.Equal(("dead-lettered", 12), (json.GetProperty("outcome").GetString(), json.GetProperty("attempts").GetInt32()));
        Assert.Equal("""{"cause":"truto-failure","reason":"Truto failed."}""", json.GetProperty("problem").GetRawText());
        Assert.False(json.TryGetProperty("update", out _));
    }

    [Fact]
    public async Task An_event_that_is_open_has_no_end()
    {
        await Failing(Script.Answer(500, "{}")).SendAsync("e1");

        var json = (await FindAsync("test", "e1")).Json;

        Assert.Equal("received", json.GetProperty("outcome").GetString());
        Assert.False(json.TryGetProperty("endedAt", out _));
    }

    [Fact]
    public async Task Why_an_event_was_skipped_is_answered()
    {
        await SendAsync("e1");
        await SendAsync("e2", second: 2);

        var json = (await FindAsync("test", "e2")).Json;

        Assert.Equal(("skipped", "unchanged"), (json.GetProperty("outcome").GetString(), json.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("test", "e2")]
    [InlineData("other", "e1")]
    [InlineData("", "")]
    public async Task An_event_of_which_nothing_is_known_is_404(string source, string id)
    {
        await SendAsync("e1");

        foreach (var answer in new[] { await FindAsync(source, id), await ReplayAsync(source, id), await ReplayAsync(source, id, "?dryRun=true") })
        {
            Assert.Equal((404, "unknown-event", "Nothing is known of this event, or not any more."), (answer.Status, answer.Problem, answer.Detail));
        }
    }

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a/b", "a%2fb")]
    [InlineData("a%2Fb", "a%2Fb")]
    public async Task An_id_with_a_slash_is_found(string id, string written)
    {
        await SendAsync(id);

        Assert.Equal(id, (await FindAsync("test", written)).Json.GetProperty("event").GetString());
        Assert.Equal(202, (await ReplayAsync("test", written)).Status);
    }

    [Theory]
    [InlineData("", "o1, e4, e3, e2, e1")]
    [InlineData("?source=test", "e4, e3, e2, e1")]
    [InlineData("?source=other", "o1")]
    [InlineData("?source=nobody", "")]
    [InlineData("?status=applied", "o1, e3, e1")]
    [InlineData("?status=failed", "e4")]
    [InlineData("?status=skipped", "e2")]
    [InlineData("?status=received", "")]
    [InlineData("?user=43", "e3")]
    [InlineData("?since=2026-01-01T00:02:00Z", "o1, e4, e3")]
    [InlineData("?since=2026-01-01T01:02:00%2B01:00", "o1, e4, e3")]
    [InlineData("?since=2026-01-01T00:02:00.0000001Z", "o1, e4")]
    [InlineData("?source=test&status=applied&user=42&since=2026-01-01", "e1")]
    [InlineData("?SOURCE=other&code=key-of-the-host", "o1")]
    [InlineData("?limit=2", "o1, e4")]
    public async Task Events_are_listed_the_latest_first_by_what_is_asked_for(string query, string expected)
    {
        await SomeAsync();

        var answer = await ListAsync(query);

        Assert.Equal((200, expected), (answer.Status, Ids(answer)));
        Assert.All(answer.Json.GetProperty("events").EnumerateArray(), entry => Assert.False(entry.TryGetProperty("data", out _)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_list_comes_in_pages(int limit)
    {
        await SomeAsync();
        var pages = new List<string>();
        string? cursor = null;
        do
        {
            var answer = await ListAsync($"?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
            pages.Add(Ids(answer));
            cursor = answer.Json.GetProperty("cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(string.Join(", ", new[] { "o1", "e4", "e3", "e2", "e1" }.Chunk(limit).Select(page => string.Join(", ", page))), string.Join(", ", pages));
        Assert.Equal((5 + limit - 1) / limit, pages.Count);
    }

    [Fact]
    public async Task A_page_has_fifty_events_unless_more_are_asked_for()
    {
        for (var i = 0; i < 51; i++)
        {
            await SendAsync($"e{i}", user: $"{i}");
        }

        Assert.Equal(50, (await ListAsync()).Json.GetProperty("events").GetArrayLength());
        Assert.Equal(51, (await ListAsync("?limit=500")).Json.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task A_list_names_the_update_of_an_applied_event()
    {
        await SendAsync("e1");

        Assert.Equal(Assert.Single(processing.Outcomes.Updates).Id, (await ListAsync()).Json.GetProperty("events")[0].GetProperty("update").GetProperty("id").GetString());
    }

    [Theory]
    [MemberData(nameof(WrongQueries))]
    public async Task What_is_wrong_with_a_query_is_said_and_nothing_is_done(string query, string detail)
    {
        await Failing(Script.Answer(422, "{}")).SendAsync("e1");

        foreach (var answer in new[] { await ListAsync(query), await ReplayManyAsync(query), await ReplayAsync("test", "e1", query) })
        {
            Assert.Equal((400, "bad-query", detail), (answer.Status, answer.Problem, answer.Detail));
        }

        Assert.Empty(processing.Queue.Messages);
    }

    [Fact]
    public async Task A_cursor_that_was_not_given_out_is_refused()
    {
        foreach (var answer in new[] { await ListAsync("?cursor=nonsense"), await ReplayManyAsync("?status=failed&cursor=nonsense") })
        {
            Assert.Equal((400, "bad-query", "The cursor is not one that was given out here."), (answer.Status, answer.Problem, answer.Detail));
        }
    }

    [Fact]
    public async Task An_event_is_replayed_once_at_a_time()
    {
        await SendAsync("e1");

        var answer = await ReplayAsync("test", "e1");
        Assert.Equal((202, """{"replayed":1,"left":0,"cursor":null}"""), (answer.Status, answer.Body));
        Assert.Equal("e1", Assert.Single(processing.Queue.Messages).Id);

        answer = await ReplayAsync("test", "e1");
        Assert.Equal((409, "cannot-replay", "The event is still being processed."), (answer.Status, answer.Problem, answer.Detail));
        Assert.Single(processing.Queue.Messages);
    }

    [Fact]
    public async Task An_event_that_cannot_be_replayed_is_409_with_the_reason()
    {
        await processing.Messages(sources).ProcessAsync("{"u8.ToArray(), DateTimeOffset.MaxValue, null, TestContext.Current.CancellationToken);

        var answer = await ReplayAsync("-", processing.Outcomes.Only.EventId);

        Assert.Equal((409, "cannot-replay", "There is no source \"-\" that can run."), (answer.Status, answer.Problem, answer.Detail));
    }

    [Theory]
    [InlineData("?dryRun=true")]
    [InlineData("?dryrun=TRUE")]
    public async Task A_dry_run_says_what_a_replay_would_do_and_does_nothing(string query)
    {
        await SendAsync("e1");

        var answer = await ReplayAsync("test", "e1", query);

        Assert.Equal((200, """{"source":"test","event":"e1","result":"unchanged","user":"42","patch":{"email":"a@b.c"}}"""), (answer.Status, answer.Body));
        Assert.Empty(processing.Queue.Messages);
        Assert.Equal(OutcomeStatus.Applied, processing.Outcomes.Only.Conclusion.Status);
    }

    [Fact]
    public async Task A_dry_run_says_why_a_replay_would_fail()
    {
        await SendAsync("e1", members: "\"email\": 5");

        Assert.Equal(
            """{"source":"test","event":"e1","result":"failed","user":"42","problems":["email: the expression email gave a number where a text is expected"]}""",
            (await ReplayAsync("test", "e1", "?dryRun=true")).Body);
    }

    [Fact]
    public async Task Not_a_dry_run_is_a_replay()
    {
        await SendAsync("e1");

        Assert.Equal(202, (await ReplayAsync("test", "e1", "?dryRun=false")).Status);
        Assert.Single(processing.Queue.Messages);
    }

    [Fact]
    public async Task Many_events_are_replayed_page_by_page()
    {
        Failing(Script.Answer(422, "{}"));
        for (var i = 1; i <= 5; i++)
        {
            await SendAsync($"e{i}", user: $"{i}");
        }

        var first = await ReplayManyAsync("?status=failed&limit=3");
        var second = await ReplayManyAsync($"?status=failed&limit=3&cursor={first.Json.GetProperty("cursor").GetString()}");
        var third = await ReplayManyAsync("?status=failed");

        Assert.Equal((202, 3, 0), (first.Status, first.Json.GetProperty("replayed").GetInt32(), first.Json.GetProperty("left").GetInt32()));
        Assert.Equal((202, """{"replayed":2,"left":0,"cursor":null}"""), (second.Status, second.Body));
        Assert.Equal("""{"replayed":0,"left":0,"cursor":null}""", third.Body);
        Assert.Equal(["e5", "e4", "e3", "e2", "e1"], processing.Queue.Messages.Select(message => message.Id));
    }

    [Theory]
    [InlineData("?status=failed", "e4, e3")]
    [InlineData("?status=failed&user=43", "e3")]
    [InlineData("?status=failed&source=other", "")]
    [InlineData("?status=applied", "o1")]
    [InlineData("?status=failed&since=2026-01-01T00:03:00Z", "e4")]
    public async Task Only_what_is_asked_for_is_replayed(string query, string expected)
    {
        Failing(Script.Answer(422, "{}"), Script.Answer(422, "{}"), Script.Answer(200, "{}"));
        Later(2);
        await SendAsync("e3", user: "43");
        Later(1);
        await SendAsync("e4");
        await SendAsync("o1", source: "other");

        await ReplayManyAsync(query);

        Assert.Equal(expected, string.Join(", ", processing.Queue.Messages.Select(message => message.Id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?source=test")]
    [InlineData("?status=received")]
    public async Task What_to_replay_has_to_be_said(string query)
    {
        await SendAsync("e1");

        var answer = await ReplayManyAsync(query);

        Assert.Equal((400, "bad-query", "Say which events to replay: ?status=failed, dead-lettered, skipped or applied."), (answer.Status, answer.Problem, answer.Detail));
        Assert.Empty(processing.Queue.Messages);
    }

    [Fact]
    public async Task Of_many_events_those_that_cannot_be_replayed_are_left_and_counted()
    {
        await Failing(Script.Answer(500, "{}")).SendAsync("e1", attempt: 11);
        await processing.Messages(sources).ProcessAsync("{"u8.ToArray(), DateTimeOffset.MaxValue, null, TestContext.Current.CancellationToken);

        var dry = await ReplayManyAsync("?status=dead-lettered&dryRun=true");
        var answer = await ReplayManyAsync("?status=dead-lettered");

        Assert.Equal(
            (200, """{"events":[{"source":"test","event":"e1","result":"sent","user":"42","patch":{"email":"a@b.c"}}],"cursor":null}"""), (dry.Status, dry.Body));
        Assert.Equal((202, """{"replayed":1,"left":1,"cursor":null}"""), (answer.Status, answer.Body));
        Assert.Equal("e1", Assert.Single(processing.Queue.Messages).Id);
    }

    private static string Ids(Answer answer) => string.Join(", ", answer.Json.GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("event").GetString()));

    private static HttpRequest Request(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return context.Request;
    }

    /// <summary>Begins anew, with a Truto that answers so.</summary>
    private EventsEndpointTests Failing(params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] answers)
    {
        processing = new TestProcessing(truto = new Script(answers));
        return this;
    }

    /// <summary>A few events, one a minute: two applied, one that says nothing new, one that cannot be mapped, and one of another source.</summary>
    private async Task SomeAsync()
    {
        await SendAsync("e1");
        Later(1);
        await SendAsync("e2", second: 2);
        Later(1);
        await SendAsync("e3", user: "43");
        Later(1);
        await SendAsync("e4", members: "\"email\": 5");
        Later(1);
        await SendAsync("o1", source: "other", user: "44");
    }

    private void Later(int minutes) => processing.Time.Advance(TimeSpan.FromMinutes(minutes));

    private async Task SendAsync(
        string id, int second = 0, string source = "test", string user = "42", string members = "\"email\": \"a@b.c\"", int attempt = 0, string? trace = null)
    {
        var traced = trace is null ? "" : $""", "traceparent": "{trace}" """;
        var body = $$"""{ "source": "{{source}}", "attempt": {{attempt}}{{traced}}, "event": {"id":"{{id}}","type":"user.updated","at":"2025-12-31T12:00:{{second:00}}Z","user":"{{user}}",{{members}} } }""";
        await processing.Messages(sources).ProcessAsync(Encoding.UTF8.GetBytes(body), DateTimeOffset.MaxValue, null, TestContext.Current.CancellationToken);
    }

    private async Task<Answer> FindAsync(string source, string id) =>
        await TestEndpoint.ExecuteAsync(await processing.Events(sources).FindAsync(source, id, TestContext.Current.CancellationToken));

    private async Task<Answer> ListAsync(string query = "") =>
        await TestEndpoint.ExecuteAsync(await processing.Events(sources).ListAsync(Request(query), TestContext.Current.CancellationToken));

    private async Task<Answer> ReplayAsync(string source, string id, string query = "") =>
        await TestEndpoint.ExecuteAsync(await processing.Events(sources).ReplayAsync(Request(query), source, id, TestContext.Current.CancellationToken));

    private async Task<Answer> ReplayManyAsync(string query) =>
        await TestEndpoint.ExecuteAsync(await processing.Events(sources).ReplayManyAsync(Request(query), TestContext.Current.CancellationToken));
}
