using UserSync.Outcomes;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

public sealed class ListQueryTests : IAsyncLifetime
{
    private readonly SqliteFixture fixture = new();

    public static TheoryData<OutcomeFilter, string> Filters => new()
    {
        { new(), "outcomes_status (status=? AND received_at>? AND received_at<?)" },
        { new(Source: "s"), "outcomes_source_ended (source=? AND status=? AND received_at>? AND received_at<?)" },
        { new(Status: OutcomeStatus.Received), "outcomes_status (status=? AND received_at>? AND received_at<?)" },
        { new(Status: OutcomeStatus.Failed), "outcomes_status (status=? AND received_at>? AND received_at<?)" },
        { new("s", OutcomeStatus.Received), "outcomes_status (status=? AND received_at>? AND received_at<?)" },
        { new("s", OutcomeStatus.Failed), "outcomes_source_ended (source=? AND status=? AND received_at>? AND received_at<?)" },
        { new(UserId: "u"), "outcomes_user (user_id=? AND received_at>? AND received_at<?)" },
        { new("s", UserId: "u"), "outcomes_user (user_id=? AND received_at>? AND received_at<?)" },
        { new(Status: OutcomeStatus.Failed, UserId: "u"), "outcomes_user (user_id=? AND received_at>? AND received_at<?)" },
        { new("s", OutcomeStatus.Failed, "u"), "outcomes_user (user_id=? AND received_at>? AND received_at<?)" },
    };

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_list_reads_only_what_its_index_finds_in_the_order_in_which_it_is_wanted(OutcomeFilter filter, string index) =>
        Assert.Contains($"SEARCH outcomes USING INDEX {index}", PlanOf(OutcomeQuery.Of(filter)));

    [Theory]
    [MemberData(nameof(Filters))]
    public void No_list_is_sorted_or_read_to_its_end(OutcomeFilter filter, string index)
    {
        Assert.NotEmpty(index);
        Assert.DoesNotContain(PlanOf(OutcomeQuery.Of(filter)), step => step.Contains("TEMP B-TREE", StringComparison.Ordinal) || step.Contains("SCAN", StringComparison.Ordinal));
    }

    private List<string> PlanOf(string sql) => fixture.Database.Read(session =>
    {
        using var reader = session.Query($"EXPLAIN QUERY PLAN {sql}", default, default, default, default, default, default, default);
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    });
}
