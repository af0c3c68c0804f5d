using UserSync.Outcomes;

namespace UserSync.Sqlite;

/// <summary>The query of a list: the indexes that find what is asked for in the wanted order, and what else has to fit.</summary>
internal static class OutcomeQuery
{
    private const string After = "received_at >= ?4 AND (received_at, outcomes.id) < (?5, ?6)";

    // Those of a user, where it may have any status or one.
    private static readonly string[] OfUser = [.. Enumerable.Range(0, 4).Select(i => Write(User((i & 1) != 0, (i & 2) != 0)))];

    private static readonly string Received = Write(Part("outcomes_status", "status = ?2"));
    private static readonly string ReceivedOfSource = Write(Part("outcomes_status", "status = ?2 AND source = ?1"));
    private static readonly string EndedOfSource = Write(Part("outcomes_source_ended", "source = ?1 AND status = ?2 AND status <> 'received'"));

    private static readonly string All = Write([.. Words.AllStatuses.Select(status => Part("outcomes_status", $"status = '{status}'"))]);

    private static readonly string OfSource = Write([.. Words.AllStatuses.Select(status => status == Words.Of(OutcomeStatus.Received)
        ? Part("outcomes_status", $"status = '{status}' AND source = ?1")
        : Part("outcomes_source_ended", $"source = ?1 AND status = '{status}' AND status <> 'received'"))]);

    /// <summary>
    /// The query. Its parameters: the source, the status and the user, each of them unused where nobody asks about it; the earliest time;
    /// the cursor's time and row; how many.
    /// </summary>
    /// <param name="filter">What is asked for.</param>
    internal static string Of(OutcomeFilter filter) => filter switch
    {
        // A user has few events: what else they are is looked at one by one.
        { UserId: not null } => OfUser[(filter.Source is null ? 0 : 1) | (filter.Status is null ? 0 : 2)],
        { Source: null, Status: null } => All,
        { Status: null } => OfSource,
        { Source: null } => Received,

        // What is not processed yet is little: its source is looked at one by one.
        { Status: OutcomeStatus.Received } => ReceivedOfSource,
        _ => EndedOfSource,
    };

    /// <summary>Those of a user stand in parts of the index, which are all asked. Which of them has the latest is known afterwards.</summary>
    private static string User(bool bySource, bool byStatus) =>
        $"""
        WITH RECURSIVE parts (part) AS (
            SELECT max(id) >> 13 FROM outcomes UNION ALL SELECT part - 1 FROM parts WHERE part > (SELECT min(id) >> 13 FROM outcomes))
        SELECT {OutcomeRow.Columns}, outcomes.id
        FROM parts CROSS JOIN outcomes INDEXED BY outcomes_user
        WHERE outcomes.id >> 13 = part AND user_id = ?3 AND {After}
            {(bySource ? "AND source = ?1" : string.Empty)} {(byStatus ? "AND status = ?2" : string.Empty)}
        """;

    private static string Part(string index, string condition) =>
        $"""
        SELECT {OutcomeRow.Columns}, outcomes.id
        FROM outcomes INDEXED BY {index}
        WHERE {condition} AND {After}
        """;

    /// <summary>Puts parts together that are in order, each of which is read no further than it is needed.</summary>
    private static string Write(params string[] parts) =>
        $"{string.Join(" UNION ALL ", parts)} ORDER BY received_at DESC, id DESC LIMIT ?7";
}
