using System.Globalization;
using System.Text.Json.Nodes;
using Truto.Crm;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests.Crm;

public sealed class ListTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_are_followed_through_empty_ones_to_the_end()
    {
        var script = Pages(
            """{"result":[{"id":"1"},{"id":2}],"next_cursor":"a b&c"}""",
            """{"result":[],"next_cursor":17}""",
            """{"result":[{"email":"x"}],"next_cursor":null,"prev_cursor":"p","result_count":1}""");

        var users = await script.Users().ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(["1", "2", null], users.Select(user => user.Id));
        Assert.Equal(
            ["/unified/crm/users", "/unified/crm/users?next_cursor=a%20b%26c", "/unified/crm/users?next_cursor=17"],
            script.Sent.Select(sent => sent.Target));
        Assert.All(script.Sent, sent => Assert.DoesNotContain("Idempotency-Key", sent.Headers.Keys));
    }

    [Fact]
    public async Task Half_a_character_in_a_user_is_replaced_in_the_record_too()
    {
        var script = Pages("""{"result":[{"id":"1","name":"cut \ud83d","remote_data":{"\ud83d":"\ude00"}}]}""");

        var user = Assert.Single(await script.Users().ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation));

        Assert.Equal("cut \ufffd", user.Name);
        Assert.Equal("\ufffd", user.RemoteData!.Value.GetProperty("\ufffd").GetString());
    }

    [Theory]
    [InlineData("""{"result":[]}""")]
    [InlineData("""{"result":[],"next_cursor":null}""")]
    [InlineData("""{"result":[],"next_cursor":""}""")]
    public async Task Without_a_next_cursor_the_list_ends(string page)
    {
        var script = Pages(page);

        Assert.Empty(await script.Users().ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.Single(script.Sent);
    }

    [Fact]
    public async Task Filters_and_options_go_with_every_page()
    {
        var script = Pages("""{"result":[],"next_cursor":"c"}""", """{"result":[]}""");

        await script.Users().ListAsync(
            new CrmUserQuery
            {
                Limit = 50,
                UpdatedAfter = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)),
                CreatedBefore = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                Filters = new JsonObject { ["status"] = new JsonObject { ["in"] = "a,b" }, ["is_active"] = true },
            },
            new TrutoCall { IntegratedAccountId = "x", IgnoreRemoteData = true },
            Cancellation).ToListAsync(Cancellation);

        const string First = "/unified/crm/users?integrated_account_id=x&truto_ignore_remote_data=true&limit=50"
            + "&updated_at%5Bgt%5D=2026-01-02T02%3A04%3A05.678Z&created_at%5Blt%5D=2026-01-01T00%3A00%3A00.000Z"
            + "&status%5Bin%5D=a%2Cb&is_active=true";
        Assert.Equal([First, First + "&next_cursor=c"], script.Sent.Select(sent => sent.Target));
    }

    [Fact]
    public async Task Every_bound_of_time_has_its_parameter()
    {
        var script = Pages("""{"result":[]}""");

        await script.Users().ListAsync(
            new CrmUserQuery
            {
                Limit = 1,
                UpdatedAfter = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                UpdatedBefore = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
                CreatedAfter = new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero),
                CreatedBefore = new DateTimeOffset(2026, 1, 4, 0, 0, 0, TimeSpan.Zero),
            },
            cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(
            "/unified/crm/users?limit=1&updated_at[gt]=2026-01-01T00:00:00.000Z&updated_at[lt]=2026-01-02T00:00:00.000Z"
            + "&created_at[gt]=2026-01-03T00:00:00.000Z&created_at[lt]=2026-01-04T00:00:00.000Z",
            Uri.UnescapeDataString(script.Single.Target));
    }

    [Fact]
    public async Task One_page_is_asked_for_with_its_query_its_options_and_its_cursor()
    {
        var script = Pages("""{"result":[{"id":"1"}],"next_cursor":"d"}""");

        var page = await script.Users().ListPageAsync(
            new CrmUserQuery { Limit = 2 }, "c", new TrutoCall { IntegratedAccountId = "x" }, Cancellation);

        Assert.Equal("/unified/crm/users?integrated_account_id=x&limit=2&next_cursor=c", script.Single.Target);
        Assert.Equal(("1", "d"), (Assert.Single(page.Value.Users).Id, page.Value.NextCursor));
        Assert.Contains("1 users", page.Value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_may_be_as_long_as_its_bound_and_no_longer()
    {
        var longest = new string('c', 8192);
        var users = Pages($$"""{"result":[],"next_cursor":"{{longest}}"}""", $$"""{"result":[],"next_cursor":"{{longest}}c"}""").Users();

        Assert.Equal(longest, (await users.ListPageAsync(cancellationToken: Cancellation)).Value.NextCursor);
        var error = await Assert.ThrowsAsync<TrutoException>(() => users.ListPageAsync(cancellationToken: Cancellation));

        Assert.EndsWith("The list's next_cursor is not a text that can be sent back.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("integrated_account_id")]
    [InlineData("remote_query")]
    [InlineData("limit")]
    [InlineData("next_cursor")]
    [InlineData("truto_response_format")]
    public void A_filter_cannot_replace_a_parameter_of_the_clients(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => new Script().Users().ListAsync(
            new CrmUserQuery { Filters = new JsonObject { [name] = "x" } }, cancellationToken: Cancellation));

        Assert.StartsWith("CrmUserQuery.Filters holds a parameter that the client sets itself.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_has_its_own_retries()
    {
        var script = new Script(
            Script.Answer(500), Script.Answer(200, """{"result":[{"id":"1"}],"next_cursor":"c"}"""),
            Script.Answer(500), Script.Answer(200, """{"result":[{"id":"2"}]}"""));

        var users = await script.Users(configure: options => options.MaxRetries = 1).ListAsync(cancellationToken: Cancellation)
            .ToListAsync(Cancellation);

        Assert.Equal(["1", "2"], users.Select(user => user.Id));
    }

    [Fact]
    public async Task A_page_is_asked_for_only_when_it_is_read()
    {
        var script = Pages("""{"result":[{"id":"1"}],"next_cursor":"c"}""", """{"result":[{"id":"2"}]}""");

        var list = script.Users().ListAsync(cancellationToken: Cancellation);
        Assert.Empty(script.Sent);

        Assert.Equal("1", (await list.FirstAsync(Cancellation)).Id);
        Assert.Single(script.Sent);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("a", "a")]
    [InlineData("a", "b", "a")]
    public async Task A_cursor_that_comes_again_ends_the_list_with_an_error(params string[] cursors)
    {
        var script = Pages([.. cursors.Select(cursor => $$"""{"result":[{"id":"1"}],"next_cursor":"{{cursor}}"}""")]);

        var error = await Assert.ThrowsAsync<TrutoException>(
            async () => await script.Users().ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation));

        Assert.Equal(TrutoErrorCause.InvalidResponse, error.Cause);
        Assert.Contains("The list does not end", error.Message, StringComparison.Ordinal);
        Assert.Equal(cursors.Length, script.Sent.Count);
    }

    [Fact]
    public async Task Empty_pages_without_end_end_with_an_error()
    {
        var page = 0;
        var script = new Script(() => Script.Answer(
            200, string.Create(CultureInfo.InvariantCulture, $$"""{"result":[],"next_cursor":{{++page}}}"""))());

        var error = await Assert.ThrowsAsync<TrutoException>(
            async () => await script.Users().ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation));

        Assert.Equal(TrutoErrorCause.InvalidResponse, error.Cause);
        Assert.Equal(1000, page);
    }

    [Theory]
    [InlineData("""{"result":{"a":{"id":"1"}}}""", "it has no array named result")]
    [InlineData("""{"data":[]}""", "it has no array named result")]
    [InlineData("[]", "it has no array named result")]
    [InlineData(null, "it has no array named result")]
    [InlineData("""{"result":["x"]}""", "something that is not a JSON object")]
    [InlineData("""{"result":[],"next_cursor":{}}""", "next_cursor is not a text")]
    [InlineData("""{"result":[],"next_cursor":true}""", "next_cursor is not a text")]
    public async Task A_page_of_another_shape_is_an_invalid_response(string? page, string message)
    {
        var error = await Assert.ThrowsAsync<TrutoException>(async () => await new Script(Script.Answer(200, page)).Users()
            .ListAsync(cancellationToken: Cancellation).ToListAsync(Cancellation));

        Assert.Equal(TrutoErrorCause.InvalidResponse, error.Cause);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_that_cannot_be_sent_are_refused_before_the_list_is_read()
    {
        var users = new Script().Users();

        ArgumentException Refuse(CrmUserQuery query) =>
            Assert.Throws<ArgumentException>(() => users.ListAsync(query, cancellationToken: Cancellation));

        var limit = Refuse(new CrmUserQuery { Limit = 0 });
        var own = Refuse(new CrmUserQuery { Filters = new JsonObject { ["truto_key_by"] = "id" } });
        var name = Refuse(new CrmUserQuery { Filters = new JsonObject { ["updated_at[gt]"] = "x" } });

        Assert.StartsWith("CrmUserQuery.Limit must be at least 1.", limit.Message, StringComparison.Ordinal);
        Assert.StartsWith("CrmUserQuery.Filters holds a parameter that the client sets itself.", own.Message, StringComparison.Ordinal);
        Assert.StartsWith("A query name must not be empty or contain brackets", name.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_can_be_cancelled_between_its_pages()
    {
        using var cancellation = new CancellationTokenSource();
        var script = Pages("""{"result":[{"id":"1"}],"next_cursor":"c"}""", """{"result":[{"id":"2"}]}""");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            var users = script.Users().ListAsync(cancellationToken: CancellationToken.None);
            await foreach (var _ in users.WithCancellation(cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });

        Assert.Single(script.Sent);
    }

    private static Script Pages(params string[] pages) => new([.. pages.Select(page => Script.Answer(200, page))]);
}
