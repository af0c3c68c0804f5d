using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;

namespace UserSync.Sqlite;

/// <summary>Records an update with one transaction: all of it, or nothing.</summary>
/// <param name="database">The database.</param>
public sealed class SqliteUpdateRecorder(SqliteDatabase database) : IUpdateRecorder
{
    /// <inheritdoc/>
    public ValueTask<bool> TryRecordAsync(
        Update update,
        UserLedger ledger,
        string? version,
        IReadOnlyList<Conclusion> ended,
        Outcome? received,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(ended);
        var write = SqliteLedgerStore.Write(new UserKey(update.Account, update.UserId), ledger, version, database.Epoch);
        var content = received is null ? default : OutcomeContent.Of(received);
        return new ValueTask<bool>(database.WriteAsync(
            session =>
            {
                if (!write(session))
                {
                    return false;
                }

                SqliteOutcomeStore.Save(session, update);
                foreach (var conclusion in ended)
                {
                    if (received is not null && received.Source == conclusion.Source && received.EventId == conclusion.EventId)
                    {
                        SqliteOutcomeStore.Conclude(session, received, content, conclusion);
                    }
                    else
                    {
                        SqliteOutcomeStore.Conclude(session, conclusion);
                    }
                }

                return true;
            },
            cancellationToken));
    }
}
