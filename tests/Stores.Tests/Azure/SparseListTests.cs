using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Stores.Tests.Contract;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

/// <summary>
/// A service that has searched long enough hands out an empty page and a place to go on. Azurite never does, so the wire does it: it
/// asks for a few rows without the filter, and hands out those of them that fit.
/// </summary>
public sealed class SparseListTests : AzureTest
{
    private readonly Wire wire = new();

    public SparseListTests(AzuriteServer server)
        : base(server) => wire.Between = SearchALittleAsync;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task The_few_among_many_are_found_in_order_on_pages_that_end(int most)
    {
        // At 2,000 events of one second and at one event a day.
        var dense = Enumerable.Range(0, 600).Select(i => (Id: $"dense-{i}", At: Samples.Time.AddMilliseconds(i / 2))).ToList();
        var sparse = Enumerable.Range(0, 60).Select(i => (Id: $"sparse-{i}", At: Samples.Time.AddDays(-i))).ToList();
        var all = dense.Concat(sparse).ToList();
        await Stores.Outcomes.ConcludeAsync([
            .. all.Select(
                item => Samples.Ended(item.Id, IsWanted(item.Id) ? OutcomeStatus.Failed : OutcomeStatus.Applied, item.At))], Cancellation);
        var outcomes = Fixture.Open(wire.Connect).Outcomes;

        var found = new List<string>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var before = wire.Requests.Count;
            var page = await outcomes.ListAsync(new OutcomeFilter(Status: OutcomeStatus.Failed), cursor, most, Cancellation);
            Assert.InRange(wire.Requests.Count - before, 0, 8 * 3 * 16 + 1);
            Assert.InRange(page.Outcomes.Count, 0, most);
            found.AddRange(page.Outcomes.Select(outcome => outcome.EventId));
            cursor = page.Cursor;
        }
        while (cursor is not null && ++pages < 100);

        Assert.Null(cursor);
        Assert.Equal(["dense-599", "dense-300", "dense-0", "sparse-30", "sparse-59"], found);
    }

    [Fact]
    public async Task A_list_gets_past_any_number_of_events_of_one_instant()
    {
        await Stores.Outcomes.ConcludeAsync(
            [
                .. Enumerable.Range(0, 800).Select(i => Samples.Ended($"{i}", OutcomeStatus.Applied, Samples.Time)),
                Samples.Ended("old", OutcomeStatus.Failed, Samples.Time.AddYears(-1)),
            ],
            Cancellation);
        var outcomes = Fixture.Open(wire.Connect).Outcomes;

        var found = new List<string>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = await outcomes.ListAsync(new OutcomeFilter(Status: OutcomeStatus.Failed), cursor, 10, Cancellation);
            found.AddRange(page.Outcomes.Select(outcome => outcome.EventId));
            cursor = page.Cursor;
        }
        while (cursor is not null && ++pages < 20);

        Assert.Null(cursor);
        Assert.Equal(["old"], found);
    }

    private static bool IsWanted(string id) => id is "dense-0" or "dense-300" or "dense-599" or "sparse-30" or "sparse-59";

    private static async Task<HttpResponseMessage> SearchALittleAsync(
        HttpRequestMessage request, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        const string Filter = " and Status eq 'failed'";
        var query = QueryHelpers.ParseQuery(request.RequestUri!.Query);
        if (!query.TryGetValue("$filter", out var filter) || !filter.ToString().Contains(Filter, StringComparison.Ordinal))
        {
            return await send();
        }

        query["$filter"] = filter.ToString().Replace(Filter, string.Empty, StringComparison.Ordinal);
        query["$top"] = "5";
        request.RequestUri = new Uri(QueryHelpers.AddQueryString(request.RequestUri.GetLeftPart(UriPartial.Path), query));
        var response = await send();
        var page = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        var rows = page["value"]!.AsArray();
        page["value"] = new JsonArray([.. rows.Where(row => (string?)row!["Status"] == "failed").Select(row => row!.DeepClone())]);
        var type = response.Content.Headers.ContentType;
        response.Content = new StringContent(page.ToJsonString()) { Headers = { ContentType = type } };
        return response;
    }
}
