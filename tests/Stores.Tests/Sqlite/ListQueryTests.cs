using UserSync.Outcomes;
using UserSync.Sqlite;
using UserSync.Sqlite.Database;

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
        { new(UserId: "u"), "outcomes_user (<expr>=? AND user_id=? AND received_at>? AND received_at<?)" },
        { new("s", UserId: "u"), "outcomes_user (<expr>=? AND user_id=? AND received_at>? AND received_at<?)" },
        { new(Status: OutcomeStatus.Failed, UserId: "u"), "outcomes_user (<expr>=? AND user_id=? AND received_at>? AND received_at<?)" },
        { new("s", OutcomeStatus.Failed, "u"), "outcomes_user (<expr>=? AND user_id=? AND received_at>? AND received_at<?)" },
    };

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_list_reads_only_what_its_index_finds_in_the_order_in_which_it_is_wanted(OutcomeFilter filter, string index) =>
        Assert.Contains($"SEARCH outcomes USING INDEX {index}", PlanOf(OutcomeQuery.Of(filter)));

    [Theory]
    [MemberData(nameof(Filters))]
    public void No_list_is_sorted_or_read_to_its_end_but_that_of_a_user(OutcomeFilter filter, string index)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Assert.NotEmpty(index);
        var isOfUser = filter.UserId is not null;

        // The parts of the index of users are asked one by one.
        Assert.DoesNotContain(PlanOf(OutcomeQuery.Of(filter)), step => step.Contains("SCAN", StringComparison.Ordinal) && !(isOfUser && step == "SCAN parts"));
        Assert.Equal(isOfUser, PlanOf(OutcomeQuery.Of(filter)).Exists(step => step.Contains("TEMP B-TREE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_users_outcomes_come_from_all_parts_of_the_index_the_latest_first()
    {
        // One in each of five parts, of which the third is the latest; another user's among them.
        long[] received = [10, 30, 50, 40, 20];
        await fixture.Database.WriteAsync(
            session =>
            {
                for (var i = 0; i < received.Length; i++)
                {
                    Insert(session, (i * 8192L) + 8191, $"evt-{i}", "u", received[i]);
                    Insert(session, (i * 8192L) + 8192, $"other-{i}", "v", received[i]);
                }

                return received.Length;
            },
            TestContext.Current.CancellationToken);

        var first = await ListAsync(null);
        var second = await ListAsync(first.Cursor);

        Assert.Equal(["evt-2", "evt-3", "evt-1"], first.Outcomes.Select(outcome => outcome.EventId));
        Assert.Equal(["evt-4", "evt-0"], second.Outcomes.Select(outcome => outcome.EventId));
    }

    private static void Insert(SqliteSession session, long id, string eventId, string user, long received) => session.Run(
        """
        INSERT INTO outcomes (id, source, event_id, occurred_at, received_at, status, concluded_at, user_id, attempts, replay)
        VALUES (?1, 's', ?2, ?4, ?4, 'applied', ?4, ?3, 1, 0)
        """,
        id,
        eventId,
        user,
        received);

    private Task<OutcomePage> ListAsync(string? cursor) =>
        fixture.Stores.Outcomes.ListAsync(new OutcomeFilter(UserId: "u"), cursor, 3, TestContext.Current.CancellationToken);

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
