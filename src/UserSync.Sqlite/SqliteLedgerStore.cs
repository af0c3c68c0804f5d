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
        var first = LedgerSlot.First(user);
        return ValueTask.FromResult(database.Read(session => Find(session, first, user)) ?? LedgerRow.None);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken)
    {
        var isWritten = await database.WriteAsync(Write(user, ledger, version), cancellationToken);
        var written = version is null ? FirstVersion : Number(version) + 1;
        return isWritten ? written.ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Writes a user's ledger, where the version that was read still stands.</summary>
    /// <param name="user">The user.</param>
    /// <param name="ledger">The new ledger.</param>
    /// <param name="version">The version that was read; <see langword="null"/> where there was none.</param>
    /// <returns>Writes it with the writer's connection, and says whether it did.</returns>
    internal static Func<SqliteSession, bool> Write(UserKey user, UserLedger ledger, string? version)
    {
        var first = LedgerSlot.First(user);
        var json = LedgerJson.Write(ledger);
        if (version is null)
        {
            return session => TryInsert(session, first, user, json);
        }

        var read = Number(version);
        return session => session.Run(
            """
            UPDATE ledgers SET version = version + 1, ledger = ?6
            WHERE slot BETWEEN ?1 AND ?2 AND account = ?3 AND user_id = ?4 AND version = ?5
            """,
            first,
            Last(first),
            user.Account,
            user.UserId,
            read,
            json) > 0;
    }

    private static long Number(string version) => long.Parse(version, CultureInfo.InvariantCulture);

    private static long Last(long first) => first + LedgerSlot.Count - 1;

    private static LedgerRow? Find(SqliteSession session, long first, UserKey user)
    {
        using var reader = session.Query(
            "SELECT version, ledger FROM ledgers WHERE slot BETWEEN ?1 AND ?2 AND account = ?3 AND user_id = ?4",
            first,
            Last(first),
            user.Account,
            user.UserId);
        return reader.Read()
            ? new LedgerRow(LedgerJson.Read(reader.GetSpan(1)), reader.GetInt64(0).ToString(CultureInfo.InvariantCulture))
            : null;
    }

    private static bool TryInsert(SqliteSession session, long first, UserKey user, byte[] json)
    {
        if (Find(session, first, user) is not null)
        {
            return false;
        }

        for (var slot = first; slot <= Last(first); slot++)
        {
            var inserted = session.Run(
                "INSERT INTO ledgers (slot, account, user_id, version, ledger) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                slot,
                user.Account,
                user.UserId,
                FirstVersion,
                json);
            if (inserted > 0)
            {
                return true;
            }
        }

        throw new SqliteStoreException($"Nothing was written. All {LedgerSlot.Count} slots for a new user's ledger are taken by others.");
    }
}
