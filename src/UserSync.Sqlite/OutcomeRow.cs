using System.Runtime.InteropServices;
using System.Text.Json;
using UserSync.Outcomes;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>An outcome as a row, and a row as an outcome.</summary>
internal static class OutcomeRow
{
    /// <summary>The columns that <see cref="Read"/> reads.</summary>
    internal const string Columns =
        """
        outcomes.source, outcomes.event_id, outcomes.event_type, outcomes.occurred_at, outcomes.received_at, outcomes.trace_parent,
        outcomes.status, outcomes.concluded_at, outcomes.skip_reason, outcomes.failure_cause, outcomes.failure_reason,
        outcomes.failure_transient, outcomes.failure_retry_after, outcomes.account, outcomes.user_id, outcomes.update_id,
        outcomes.attempts, outcomes.replay
        """;

    /// <summary>A query of <see cref="Columns"/> and of what the events say, to be completed by a condition.</summary>
    internal const string WithContent =
        $"""
        SELECT {Columns}, coalesce(outcomes.event, events.event), coalesce(outcomes.headers, events.headers), trace_state
        FROM outcomes LEFT JOIN events ON events.outcome = outcomes.id
        """;

    private const int EventColumn = 18;
    private const int HeadersColumn = 19;

    /// <summary>The column of the trace state in <see cref="WithContent"/>.</summary>
    internal const int TraceStateColumn = 20;

    /// <summary>Inserts an outcome, unless there is one of the same event.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="outcome">The outcome, without how the event ended.</param>
    /// <param name="conclusion">How the event ended, or that it is still open.</param>
    /// <param name="content">What the event says; <see langword="null"/> where no more is known of it than how it ended.</param>
    /// <returns>Its row; <see langword="null"/> where there is one.</returns>
    internal static long? TryInsert(SqliteSession session, Outcome outcome, Conclusion conclusion, OutcomeContent? content)
    {
        var isShort = content is { IsShort: true };
        var isInserted = session.Run(
            """
            INSERT INTO outcomes (
                source, event_id, event_type, occurred_at, received_at, trace_parent, status, concluded_at, skip_reason,
                failure_cause, failure_reason, failure_transient, failure_retry_after, account, user_id, update_id, attempts, replay,
                trace_state, event, headers)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
            ON CONFLICT DO NOTHING
            """,
            outcome.Source,
            outcome.EventId,
            outcome.EventType,
            content is null ? default(long?) : outcome.OccurredAt.UtcTicks,
            outcome.ReceivedAt.UtcTicks,
            outcome.TraceParent,
            Words.Of(conclusion.Status),
            conclusion.At.UtcTicks,
            conclusion.SkipReason is { } reason ? Words.Of(reason) : null,
            conclusion.Failure?.Cause,
            conclusion.Failure?.Reason,
            Flag(conclusion.Failure?.IsTransient),
            conclusion.Failure?.RetryAfter?.Ticks,
            conclusion.Account,
            conclusion.UserId,
            conclusion.UpdateId,
            (long)conclusion.Attempts,
            conclusion.Replay,
            content?.TraceState,
            isShort ? content?.Event : null,
            isShort ? content?.Headers : null) > 0;
        if (!isInserted)
        {
            return null;
        }

        var id = session.LastInsertedRow;
        if (content is { IsShort: false } large)
        {
            InsertLarge(session, id, large);
        }

        return id;
    }

    /// <summary>Completes the outcome of an event that ended before it was noted.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="outcome">The event's outcome when it was accepted.</param>
    /// <param name="content">What the event says.</param>
    internal static void Complete(SqliteSession session, Outcome outcome, OutcomeContent content)
    {
        const string Condition = "WHERE source = ?1 AND event_id = ?2 AND occurred_at IS NULL";
        if (!content.IsShort)
        {
            using var row = session.Query($"SELECT id FROM outcomes {Condition}", outcome.Source, outcome.EventId);
            if (row.Read())
            {
                InsertLarge(session, row.GetInt64(0), content);
            }
        }

        session.Run(
            $"UPDATE outcomes SET event_type = ?3, occurred_at = ?4, trace_parent = ?5, event = ?6, headers = ?7 {Condition}",
            outcome.Source,
            outcome.EventId,
            outcome.EventType,
            outcome.OccurredAt.UtcTicks,
            outcome.TraceParent,
            content.IsShort ? content.Event : null,
            content.IsShort ? content.Headers : null);
    }

    private static void InsertLarge(SqliteSession session, long id, OutcomeContent content) =>
        session.Run("INSERT INTO events (outcome, event, headers) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", id, content.Event, content.Headers);

    /// <summary>Sets how an event ended, where its known conclusion yields to the new one (<see cref="Conclusion.YieldsTo"/>).</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="conclusion">How it ended.</param>
    /// <returns>Whether it was set; otherwise nothing is known of the event, or something that does not yield.</returns>
    internal static bool TryConclude(SqliteSession session, Conclusion conclusion) => session.Run(
        """
        UPDATE outcomes SET
            status = ?3, concluded_at = ?4, skip_reason = ?5, failure_cause = ?6, failure_reason = ?7, failure_transient = ?8,
            failure_retry_after = ?9, account = ?10, user_id = ?11, update_id = ?12, attempts = ?13, replay = ?14
        WHERE source = ?1 AND event_id = ?2 AND (replay < ?14 OR (replay = ?14 AND status <> 'applied' AND ?3 <> 'received'))
        """,
        conclusion.Source,
        conclusion.EventId,
        Words.Of(conclusion.Status),
        conclusion.At.UtcTicks,
        conclusion.SkipReason is { } reason ? Words.Of(reason) : null,
        conclusion.Failure?.Cause,
        conclusion.Failure?.Reason,
        Flag(conclusion.Failure?.IsTransient),
        conclusion.Failure?.RetryAfter?.Ticks,
        conclusion.Account,
        conclusion.UserId,
        conclusion.UpdateId,
        (long)conclusion.Attempts,
        conclusion.Replay) > 0;

    /// <summary>Reads the outcome of a row that has <see cref="Columns"/>.</summary>
    /// <param name="reader">Stands at the row.</param>
    internal static Outcome Read(SqliteRows reader)
    {
        var source = reader.GetString(0);
        var eventId = reader.GetString(1);
        var receivedAt = Time(reader.GetInt64(4));
        return new Outcome
        {
            Source = source,
            EventId = eventId,
            EventType = Text(reader, 2),
            OccurredAt = Number(reader, 3) is { } ticks ? Time(ticks) : receivedAt,
            ReceivedAt = receivedAt,
            TraceParent = Text(reader, 5),
            Conclusion = new Conclusion(source, eventId, Words.Status(reader.GetString(6))!.Value, Time(reader.GetInt64(7)))
            {
                SkipReason = Words.Reason(Text(reader, 8)),
                Failure = Failure(reader, 9),
                Account = Text(reader, 13),
                UserId = Text(reader, 14),
                UpdateId = Text(reader, 15),
                Attempts = reader.GetInt32(16),
                Replay = reader.GetInt64(17),
            },
        };
    }

    /// <summary>Reads the outcome of a row of <see cref="WithContent"/>.</summary>
    /// <param name="reader">Stands at the row.</param>
    internal static Outcome ReadWithEvent(SqliteRows reader) => Read(reader) with
    {
        Event = Bytes(reader, EventColumn) is { } json ? JsonOf(json) : null,
        Headers = HeadersJson.Read(Bytes(reader, HeadersColumn)),
    };

    /// <summary>A time of which the UTC ticks are kept.</summary>
    /// <param name="ticks">The ticks.</param>
    internal static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>A column that may be empty.</summary>
    /// <param name="reader">Stands at a row.</param>
    /// <param name="column">The column.</param>
    internal static byte[]? Bytes(SqliteRows reader, int column) =>
        reader.IsNull(column) ? null : reader.GetBytes(column);

    /// <summary>JSON as it is kept: as it was written.</summary>
    /// <param name="json">The JSON.</param>
    internal static byte[] BytesOf(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).ToArray();

    /// <summary>JSON that was kept.</summary>
    /// <param name="json">The JSON.</param>
    internal static JsonElement JsonOf(byte[] json) => JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });

    // Deeper than anything that is received.
    private const int MaxDepth = 512;

    /// <summary>A failure in four columns: cause, reason, whether it is transient, and when to come back.</summary>
    /// <param name="reader">Stands at a row.</param>
    /// <param name="column">The first of them.</param>
    internal static Failure? Failure(SqliteRows reader, int column) => Text(reader, column) is { } cause
        ? new Failure(cause, reader.GetString(column + 1), reader.GetInt64(column + 2) != 0, Duration(reader, column + 3))
        : null;

    /// <summary>A flag that may be absent, as a number.</summary>
    /// <param name="flag">The flag.</param>
    internal static long? Flag(bool? flag) => flag is { } known ? (known ? 1 : 0) : null;

    private static string? Text(SqliteRows reader, int column) => reader.IsNull(column) ? null : reader.GetString(column);

    private static TimeSpan? Duration(SqliteRows reader, int column) =>
        Number(reader, column) is { } ticks ? TimeSpan.FromTicks(ticks) : null;

    private static long? Number(SqliteRows reader, int column) => reader.IsNull(column) ? null : reader.GetInt64(column);
}
