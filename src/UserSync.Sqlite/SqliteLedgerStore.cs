using System.Globalization;
using UserSync.Ledger;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>The ledgers in the database.</summary>
/// <param name="database">The database.</param>
public sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    private const long FirstVersion = 1;

    /// <inheritdoc/>
    public ValueTask<LedgerRow> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var row = database.Read(session => Find(session, user));
        return ValueTask.FromResult(row is var (version, json)
            ? new LedgerRow(LedgerJson.Read(json), version.ToString(CultureInfo.InvariantCulture))
            : LedgerRow.None);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken)
    {
        var json = LedgerJson.Write(ledger).ToArray();
        if (version is null)
        {
            return await database.WriteAsync(
                session => session.Run(
                    "INSERT INTO ledgers (account, user_id, version, ledger) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING", user.Account, user.UserId, FirstVersion, json) > 0,
                cancellationToken);
        }

        var read = long.Parse(version, CultureInfo.InvariantCulture);
        return await database.WriteAsync(
            session => session.Run(
                "UPDATE ledgers SET version = version + 1, ledger = ?4 WHERE account = ?1 AND user_id = ?2 AND version = ?3", user.Account, user.UserId, read, json) > 0,
            cancellationToken);
    }

    private static (long Version, byte[] Json)? Find(SqliteSession session, UserKey user)
    {
        using var reader = session.Query("SELECT version, ledger FROM ledgers WHERE account = ?1 AND user_id = ?2", user.Account, user.UserId);
        return reader.Read() ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
    }
}
