using UserSync.Outcomes;

namespace UserSync.Sqlite;

/// <summary>The query of a list: the index that finds what is asked for in the wanted order, and what else has to fit.</summary>
internal static class OutcomeQuery
{
    // One for each combination of what may be asked about.
    private static readonly string[] Texts = [.. Enumerable.Range(0, 8).Select(i => Write((i & 1) != 0, (i & 2) != 0, (i & 4) != 0))];

    /// <summary>
    /// The query. Its parameters: the source, the status and the user, each of them unused where nobody asks about it; the earliest time;
    /// the cursor's time and row; how many.
    /// </summary>
    /// <param name="filter">What is asked for.</param>
    internal static string Of(OutcomeFilter filter) =>
        Texts[(filter.Source is null ? 0 : 1) | (filter.Status is null ? 0 : 2) | (filter.UserId is null ? 0 : 4)];

    private static string Write(bool bySource, bool byStatus, bool byUser)
    {
        var index = (bySource, byStatus, byUser) switch
        {
            // A user has few events: what else they are is looked at one by one.
            (_, _, true) => "outcomes_user",
            (true, true, false) => "outcomes_source_status",
            (true, false, false) => "outcomes_source",
            (false, true, false) => "outcomes_status",
            (false, false, false) => "outcomes_received",
        };
        return $"""
            SELECT {OutcomeRow.Columns}, outcomes.id
            FROM outcomes INDEXED BY {index}
            WHERE {(bySource ? "source = ?1" : "?1 IS NULL")}
                AND {(byStatus ? "status = ?2" : "?2 IS NULL")}
                AND {(byUser ? "user_id = ?3" : "?3 IS NULL")}
                AND received_at >= ?4 AND (received_at, id) < (?5, ?6)
            ORDER BY received_at DESC, id DESC
            LIMIT ?7
            """;
    }
}
