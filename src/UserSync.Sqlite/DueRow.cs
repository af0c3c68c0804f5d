using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>
/// A message in the order in which messages are due, and where its content stands: either it is an event as it was received, which is
/// noted among the outcomes, or it has a body of its own.
/// </summary>
internal static class DueRow
{
    /// <summary>Puts an event on the queue that is noted already.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="outcome">Its row among the outcomes.</param>
    /// <param name="now">The time, in UTC ticks.</param>
    internal static void InsertEvent(SqliteSession session, long outcome, long now) => Insert(session, outcome * 2, now, now);

    /// <summary>Puts a message on the queue.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="body">The message's JSON.</param>
    /// <param name="now">The time, in UTC ticks.</param>
    /// <param name="delay">How long nobody is to see it.</param>
    internal static void InsertBody(SqliteSession session, byte[] body, long now, TimeSpan delay)
    {
        session.Run("INSERT INTO bodies (body) VALUES (?1)", body);
        Insert(session, (session.LastInsertedRow * 2) + 1, now, now + delay.Ticks);
    }

    /// <summary>Removes a message that was taken, unless it has been taken again.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="receipt">What the taking gave.</param>
    /// <returns>Whether it was removed.</returns>
    internal static bool Remove(SqliteSession session, Receipt receipt)
    {
        var isThere = session.Run(
            "DELETE FROM due WHERE visible_at = ?1 AND message = ?2 AND receipt = ?3", receipt.VisibleAt, receipt.Message, receipt.Stamp) > 0;
        if (isThere && HasBody(receipt.Message))
        {
            session.Run("DELETE FROM bodies WHERE id = ?1", receipt.Message >> 1);
        }

        return isThere;
    }

    /// <summary>Reads what a message says.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="message">The message.</param>
    /// <returns>Its JSON; <see langword="null"/> where the event has ended and is forgotten.</returns>
    internal static byte[]? Content(SqliteSession session, long message)
    {
        if (HasBody(message))
        {
            using var body = session.Query("SELECT body FROM bodies WHERE id = ?1", message >> 1);
            return body.Read() ? body.GetBytes(0) : null;
        }

        using var row = session.Query($"{OutcomeRow.WithContent} WHERE outcomes.id = ?1", message >> 1);
        return row.Read() ? Write(OutcomeRow.ReadWithEvent(row), row.IsNull(OutcomeRow.TraceStateColumn) ? null : row.GetString(OutcomeRow.TraceStateColumn)) : null;
    }

    private static byte[] Write(Outcome outcome, string? traceState) => ChangeMessageJson.Write(new ChangeMessage
    {
        Source = outcome.Source,
        Id = outcome.EventId,
        Type = outcome.EventType,
        OccurredAt = outcome.OccurredAt,
        ReceivedAt = outcome.ReceivedAt,
        Event = outcome.Event!.Value,
        Headers = outcome.Headers,
        TraceParent = outcome.TraceParent,
        TraceState = traceState,
    });

    private static bool HasBody(long message) => (message & 1) != 0;

    private static void Insert(SqliteSession session, long message, long now, long visibleAt) => session.Run(
        "INSERT INTO due (visible_at, message, receipt, taken, enqueued_at) VALUES (?1, ?2, 0, 0, ?3)", visibleAt, message, now);
}
