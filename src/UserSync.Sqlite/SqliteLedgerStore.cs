using UserSync.Ledger;
using UserSync.Sqlite.Database;
using UserSync.Sqlite.Leases;

namespace UserSync.Sqlite;

/// <summary>
/// The ledgers in the database. Leases are kept apart from them, in memory that all processes share: so a ledger is written once for an
/// update, when it is known what came of it. A lease is in the ledger only where an update may still be on its way although nobody waits
/// for it.
/// </summary>
/// <param name="database">The database.</param>
public sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    /// <inheritdoc/>
    public ValueTask<LedgerRow> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var hash = LedgerSlot.First(user);
        var row = Read(hash, user);
        return ValueTask.FromResult(database.Leases.Find(hash) is { } lease ? row with { Lease = lease } : row);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerRow> ReadToUpdateAsync(UserKey user, Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        var hash = LedgerSlot.First(user);
        while (true)
        {
            var now = database.Time.GetUtcNow();
            var found = database.Leases.Take(hash, lease, out var place);
            if (found.IsNone)
            {
                return Taken(hash, user, lease, now);
            }

            if (found.Until > now)
            {
                // Also where it is another's: who has no place has to wait, too.
                return Read(hash, user) with { Lease = database.Leases.LeaseOf(place, found) };
            }

            // Whoever had it may have sent something. Should he still come with it, he has to notice that another was here.
            var (first, last) = LeasePlaces.HashesOf(place, found);
            var isSame = first <= hash && hash <= last;
            await database.WriteAsync(session => Doubt(session, first, last, isSame ? user : null), cancellationToken);
            database.Leases.Free(place, found);
        }
    }

    /// <inheritdoc/>
    public void Release(UserKey user, Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        database.Leases.Release(LedgerSlot.First(user), lease);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken)
    {
        var isWritten = await database.WriteAsync(Write(user, ledger, version, database.Epoch), cancellationToken);
        return isWritten ? VersionOf(version).Next(database.Epoch).ToString() : null;
    }

    /// <summary>Writes a user's ledger, where the version that was read still stands.</summary>
    /// <param name="user">The user.</param>
    /// <param name="ledger">The new ledger.</param>
    /// <param name="version">The version that was read; <see langword="null"/> where there was none.</param>
    /// <param name="epoch">The epoch.</param>
    /// <returns>Writes it with the writer's connection, and says whether it did.</returns>
    internal static Func<SqliteSession, bool> Write(UserKey user, UserLedger ledger, string? version, long epoch)
    {
        var first = LedgerSlot.First(user);
        var json = LedgerJson.Write(ledger);
        var read = VersionOf(version);
        var next = read.Next(epoch);
        return version is null ? session => TryInsert(session, first, user, next, json) : session => session.Run(
            """
            UPDATE ledgers SET version = ?7, ledger = ?6
            WHERE slot BETWEEN ?1 AND ?2 AND account = ?3 AND user_id = ?4 AND version = ?5
            """,
            first,
            Last(first),
            user.Account,
            user.UserId,
            read.Number,
            json,
            next.Number) > 0;
    }

    private static LedgerVersion VersionOf(string? version) => version is null ? LedgerVersion.None : LedgerVersion.Parse(version);

    private static long Last(long first) => first + LedgerSlot.Count - 1;

    private LedgerRow Taken(long hash, UserKey user, Lease lease, DateTimeOffset now)
    {
        try
        {
            var row = Read(hash, user);
            if (!row.IsLeased(now))
            {
                return row with { Lease = lease };
            }

            // Somebody has the user by a lease in the ledger.
            database.Leases.Release(hash, lease);
            return row;
        }
        catch
        {
            database.Leases.Release(hash, lease);
            throw;
        }
    }

    private LedgerRow Read(long first, UserKey user)
    {
        if (database.Read(session => Find(session, first, user)) is not var (ledger, version))
        {
            return LedgerRow.None;
        }

        return new LedgerRow(version.Epoch < database.Epoch ? ledger.Doubt(ledger.Fields.Keys) : ledger, version.ToString());
    }

    private static (UserLedger Ledger, LedgerVersion Version)? Find(SqliteSession session, long first, UserKey user)
    {
        using var reader = session.Query(
            "SELECT version, ledger FROM ledgers WHERE slot BETWEEN ?1 AND ?2 AND account = ?3 AND user_id = ?4",
            first,
            Last(first),
            user.Account,
            user.UserId);
        return reader.Read() ? (LedgerJson.Read(reader.GetSpan(1)), new LedgerVersion(reader.GetInt64(0))) : null;
    }

    /// <summary>Notes that what Truto has of a user is in doubt.</summary>
    /// <param name="session">The writer's connection.</param>
    /// <param name="first">The least hash that the user may have.</param>
    /// <param name="last">The greatest.</param>
    /// <param name="user">The user, where it is known: it gets a ledger, should it have none.</param>
    private static bool Doubt(SqliteSession session, long first, long last, UserKey? user) =>
        session.Run(LedgerVersion.Doubt, first, Last(last)) > 0
        || (user is { } known
            && TryInsert(session, LedgerSlot.First(known), known, LedgerVersion.None.Next(epoch: 0), LedgerJson.Write(UserLedger.Empty)));

    private static bool TryInsert(SqliteSession session, long first, UserKey user, LedgerVersion version, byte[] json)
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
                version.Number,
                json);
            if (inserted > 0)
            {
                return true;
            }
        }

        throw new SqliteStoreException($"Nothing was written. All {LedgerSlot.Count} slots for a new user's ledger are taken by others.");
    }
}
