using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using Stores.Tests.Contract;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

public sealed class ForgettingTests : AzureTest
{
    private readonly Wire wire = new();

    public ForgettingTests(AzuriteServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task One_call_ends_in_time_and_the_next_ones_forget_the_rest()
    {
        await Stores.Outcomes.ConcludeAsync(
            [.. Enumerable.Range(0, 200).Select(i => Samples.Ended($"{i}", OutcomeStatus.Applied, Samples.Time.AddSeconds(i)))],
            Cancellation);
        var clock = new FakeTimeProvider(Fixture.Now);
        Fixture.Options.CallTimeout = TimeSpan.FromMinutes(5);
        wire.Between = async (request, send, _) =>
        {
            // The service hands out pages of three, and takes its time for each.
            var query = QueryHelpers.ParseQuery(request.RequestUri!.Query);
            if (query.ContainsKey("$top"))
            {
                query["$top"] = "3";
                request.RequestUri = new Uri(QueryHelpers.AddQueryString(request.RequestUri.GetLeftPart(UriPartial.Path), query));
                clock.Advance(TimeSpan.FromSeconds(3));
            }

            return await send();
        };
        var outcomes = Fixture.Open(wire.Connect, clock).Outcomes;

        var counts = new List<long>();
        do
        {
            counts.Add(await outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));
        }
        while (counts[^1] > 0 && counts.Count < 20);

        Assert.InRange(counts.Count, 3, 19);
        Assert.Equal(200, counts.Sum());
        Assert.Empty(await RowsAsync(Account.Outcomes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_that_comes_again_while_its_outcome_is_forgotten_is_found(bool isConcluded)
    {
        await Stores.Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        await Stores.Outcomes.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time)], Cancellation);

        // It is forgotten after somebody has read where the outcome is, and before the outcome itself is read.
        var isOthersTurn = Wire.Once(
            request =>
                request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("PartitionKey='t", StringComparison.Ordinal));
        wire.Between = async (request, send, _) =>
        {
            if (isOthersTurn(request))
            {
                Assert.Equal(1, await Stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));
            }

            return await send();
        };
        var late = Fixture.Open(wire.Connect).Outcomes;
        await (isConcluded
            ? late.ConcludeAsync([Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time.AddDays(2))], Cancellation)
            : late.ReceiveAsync([Samples.Received("evt-1", Samples.Time.AddDays(2))], Cancellation));

        Assert.False(isOthersTurn(new HttpRequestMessage(HttpMethod.Get, "http://localhost/PartitionKey='t")));
        Assert.Equal(
            isConcluded
                ? OutcomeStatus.Applied
                : OutcomeStatus.Received, (await Stores.Outcomes.FindAsync("workos", "evt-1", Cancellation))?.Conclusion.Status);
        Assert.Single((await Stores.Outcomes.ListAsync(new OutcomeFilter(), null, 10, Cancellation)).Outcomes);
        Assert.Equal(2, (await RowsAsync(Account.Outcomes)).Count);
    }
}
