using UserSync.Outcomes;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>The outcomes in the database.</summary>
/// <param name="database">The database.</param>
public sealed class SqliteOutcomeStore(SqliteDatabase database) : IOutcomeStore
{
    // What is forgotten at once, so that whoever writes meanwhile hardly waits.
    private const int PruneRows = 200;
    private const long PruneBytes = 8 * 1024 * 1024;

    private const int IdColumn = 18;

    /// <inheritdoc/>
    public Task ReceiveAsync(IReadOnlyList<Outcome> received, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(received);
        if (received.Count == 0)
        {
            return Task.CompletedTask;
        }

        var rows = received.Select(outcome => (outcome, Content: OutcomeContent.Of(outcome))).ToList();
        return database.WriteAsync(
            session =>
            {
                rows.ForEach(row => Receive(session, row.outcome, row.Content));
                return rows.Count;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conclusions);
        if (conclusions.Count == 0)
        {
            return Task.CompletedTask;
        }

        return database.WriteAsync(
            session =>
            {
                foreach (var conclusion in conclusions)
                {
                    Conclude(session, conclusion);
                }

                return conclusions.Count;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ConcludeAsync(Outcome received, Conclusion conclusion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(conclusion);
        var content = OutcomeContent.Of(received);
        return database.WriteAsync(
            session =>
            {
                Conclude(session, received, content, conclusion);
                return 1;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task SaveAsync(Update update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        return database.WriteAsync(session => Save(session, update), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Outcome?> FindAsync(string source, string eventId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Read(session =>
        {
            using var reader = session.Query($"{OutcomeRow.WithContent} WHERE source = ?1 AND event_id = ?2", source, eventId);
            return reader.Read() ? OutcomeRow.ReadWithEvent(reader) : null;
        }));
    }

    /// <inheritdoc/>
    public Task<Update?> FindUpdateAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        cancellationToken.ThrowIfCancellationRequested();
        var first = UpdateSlot.First(id);
        return Task.FromResult(database.Read(session =>
        {
            using var reader = session.Query(
                """
                SELECT id, account, user_id, patch, response, started_at, duration, events,
                    failure_cause, failure_reason, failure_transient, failure_retry_after
                FROM updates WHERE slot BETWEEN ?1 AND ?2 AND id = ?3
                """,
                first,
                first + UpdateSlot.Count - 1,
                id);
            return reader.Read()
                ? new Update
                {
                    Id = reader.GetString(0),
                    Account = reader.GetString(1),
                    UserId = reader.GetString(2),
                    Patch = OutcomeRow.JsonOf(reader.GetBytes(3)),
                    Response = OutcomeRow.Bytes(reader, 4) is { } response ? OutcomeRow.JsonOf(response) : null,
                    StartedAt = OutcomeRow.Time(reader.GetInt64(5)),
                    Duration = TimeSpan.FromTicks(reader.GetInt64(6)),
                    Events = reader.GetInt32(7),
                    Failure = OutcomeRow.Failure(reader, 8),
                }
                : null;
        }));
    }

    /// <inheritdoc/>
    public Task<OutcomePage> ListAsync(OutcomeFilter filter, string? cursor, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var after = cursor is null ? OutcomeCursor.Start : OutcomeCursor.Parse(cursor);
        return Task.FromResult(database.Read(session => List(session, filter, after, most)));
    }

    /// <inheritdoc/>
    public async Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        long forgotten = 0;
        int count;
        foreach (var status in Words.AllStatuses.Where(word => Words.Status(word) != OutcomeStatus.Received))
        {
            while ((count = await database.WriteAsync(session => PruneOutcomes(session, status, before), cancellationToken)) > 0)
            {
                forgotten += count;
            }
        }

        while (await database.WriteAsync(session => PruneUpdates(session, before), cancellationToken) > 0)
        {
        }

        return forgotten;
    }

    /// <summary>Notes that an event was accepted.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="outcome">The event's outcome.</param>
    /// <param name="content">What the event says.</param>
    /// <returns>Its row; <see langword="null"/> where something was known of the event already.</returns>
    internal static long? Receive(SqliteSession session, Outcome outcome, OutcomeContent content)
    {
        if (OutcomeRow.TryInsert(session, outcome, outcome.Conclusion, content) is { } row)
        {
            return row;
        }

        // It may have ended before it was noted: then its content is still missing.
        OutcomeRow.Complete(session, outcome, content);
        return null;
    }

    /// <summary>Keeps an update.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="update">The update.</param>
    /// <exception cref="SqliteStoreException">All its slots are taken by others.</exception>
    internal static int Save(SqliteSession session, Update update)
    {
        var first = UpdateSlot.First(update.Id);
        for (var slot = first; slot < first + UpdateSlot.Count; slot++)
        {
            if (Insert(session, slot, update) > 0)
            {
                return 1;
            }

            using var taken = session.Query("SELECT 1 FROM updates WHERE slot = ?1 AND id = ?2", slot, update.Id);
            if (taken.Read())
            {
                return 0;
            }
        }

        throw new SqliteStoreException($"Nothing was written. All {UpdateSlot.Count} slots for the update are taken by others.");
    }

    /// <summary>Notes how an event ended, where its known conclusion yields to the new one.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="conclusion">How it ended.</param>
    internal static void Conclude(SqliteSession session, Conclusion conclusion)
    {
        if (OutcomeRow.TryConclude(session, conclusion))
        {
            return;
        }

        var outcome = new Outcome
        {
            Source = conclusion.Source,
            EventId = conclusion.EventId,
            OccurredAt = conclusion.At,
            ReceivedAt = conclusion.At,
            Conclusion = conclusion,
        };
        OutcomeRow.TryInsert(session, outcome, conclusion, content: null);
    }

    /// <summary>Notes that an event was accepted and how it ended.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="received">The event's outcome when it was accepted.</param>
    /// <param name="content">What the event says.</param>
    /// <param name="conclusion">How it ended.</param>
    internal static void Conclude(SqliteSession session, Outcome received, OutcomeContent content, Conclusion conclusion)
    {
        if (OutcomeRow.TryInsert(session, received, conclusion, content) is null)
        {
            OutcomeRow.Complete(session, received, content);
            OutcomeRow.TryConclude(session, conclusion);
        }
    }

    private static int Insert(SqliteSession session, long slot, Update update) => session.Run(
        """
        INSERT INTO updates (
            slot, id, account, user_id, patch, response, started_at, duration, events,
            failure_cause, failure_reason, failure_transient, failure_retry_after)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT DO NOTHING
        """,
        slot,
        update.Id,
        update.Account,
        update.UserId,
        OutcomeRow.BytesOf(update.Patch),
        update.Response is { } response ? OutcomeRow.BytesOf(response) : null,
        update.StartedAt.UtcTicks,
        update.Duration.Ticks,
        (long)update.Events,
        update.Failure?.Cause,
        update.Failure?.Reason,
        OutcomeRow.Flag(update.Failure?.IsTransient),
        update.Failure?.RetryAfter?.Ticks);

    private static OutcomePage List(SqliteSession session, OutcomeFilter filter, OutcomeCursor after, int most)
    {
        after = filter.Before is { } before && before.UtcTicks <= after.ReceivedAt ? OutcomeCursor.Before(before) : after;
        using var reader = session.Query(
            OutcomeQuery.Of(filter),
            filter.Source,
            filter.Status is { } status ? Words.Of(status) : null,
            filter.UserId,
            filter.Since?.UtcTicks ?? 0,
            after.ReceivedAt,
            after.Id,
            most + 1L);
        var outcomes = new List<Outcome>();
        var last = after;
        while (reader.Read())
        {
            if (outcomes.Count == most)
            {
                return new OutcomePage(outcomes, last.ToString());
            }

            outcomes.Add(OutcomeRow.Read(reader));
            last = new OutcomeCursor(outcomes[^1].ReceivedAt.UtcTicks, reader.GetInt64(IdColumn));
        }

        return new OutcomePage(outcomes, null);
    }

    /// <summary>Forgets some old outcomes of a status.</summary>
    /// <returns>How many.</returns>
    private static int PruneOutcomes(SqliteSession session, string status, DateTimeOffset before)
    {
        var old = new List<long>();
        using (var reader = session.Query(
            """
            SELECT outcomes.id, ifnull(length(events.event), 0)
            FROM outcomes INDEXED BY outcomes_status LEFT JOIN events ON events.outcome = outcomes.id
            WHERE status = ?1 AND received_at < ?2
            ORDER BY received_at
            LIMIT ?3
            """,
            status,
            before.UtcTicks,
            (long)PruneRows))
        {
            for (long bytes = 0; bytes < PruneBytes && reader.Read(); bytes += reader.GetInt64(1))
            {
                old.Add(reader.GetInt64(0));
            }
        }

        foreach (var id in old)
        {
            session.Run("DELETE FROM events WHERE outcome = ?1", id);
            session.Run("DELETE FROM outcomes WHERE id = ?1", id);
        }

        return old.Count;
    }

    /// <summary>Forgets some old updates.</summary>
    /// <returns>How many.</returns>
    private static int PruneUpdates(SqliteSession session, DateTimeOffset before)
    {
        var old = new List<long>();
        using (var reader = session.Query(
            """
            SELECT slot, length(patch) + ifnull(length(response), 0) FROM updates WHERE slot >= 0 AND slot < ?1
            UNION ALL
            SELECT slot, length(patch) + ifnull(length(response), 0) FROM updates INDEXED BY updates_without_time WHERE slot < 0 AND started_at < ?2
            LIMIT ?3
            """,
            UpdateSlot.From(before),
            before.UtcTicks,
            (long)PruneRows))
        {
            for (long bytes = 0; bytes < PruneBytes && reader.Read(); bytes += reader.GetInt64(1))
            {
                old.Add(reader.GetInt64(0));
            }
        }

        old.ForEach(slot => session.Run("DELETE FROM updates WHERE slot = ?1", slot));
        return old.Count;
    }
}
