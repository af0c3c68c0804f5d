using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving.Events;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>Takes events in with one transaction, in which the content of each is written once.</summary>
/// <param name="database">The database.</param>
/// <param name="time">The clock by which messages are hidden.</param>
public sealed class SqliteChangeIntake(SqliteDatabase database, TimeProvider time) : IChangeIntake
{
    /// <inheritdoc/>
    public async Task TakeAsync(IReadOnlyList<ChangeEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow().UtcTicks;
        var rows = new (ChangeEvent Change, Outcome Outcome, OutcomeContent Content)[events.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var outcome = Outcome.Received(events[i]);
            rows[i] = (events[i], outcome, OutcomeContent.Of(outcome) with { TraceState = events[i].TraceState });
        }

        await database.WriteAsync(
            session =>
            {
                foreach (var (change, outcome, content) in rows)
                {
                    Take(session, change, outcome, content, now);
                }

                return rows.Length;
            },
            cancellationToken);
        database.Arrival.Signal();
    }

    private static void Take(SqliteSession session, ChangeEvent change, Outcome outcome, OutcomeContent content, long now)
    {
        if (SqliteOutcomeStore.Receive(session, outcome, content) is { } id)
        {
            DueRow.InsertEvent(session, id, now);
        }
        else
        {
            // It may say something else than what was noted first.
            DueRow.InsertBody(session, ChangeMessageJson.Write(MessageProcessor.MessageOf(change)), now, TimeSpan.Zero);
        }
    }
}
