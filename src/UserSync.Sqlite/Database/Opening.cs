using UserSync.Sqlite.Leases;

namespace UserSync.Sqlite.Database;

/// <summary>
/// That a process has the file open. While it is open, what was begun of updates stands only in memory that processes share. So what was left
/// behind by whoever did not close it is noted in the ledgers when it is opened the next time.
/// </summary>
internal sealed class Opening
{
    private const string Suffix = "-leases";

    private readonly string leasesPath;
    private readonly long id;
    private readonly bool isAfterLoss;

    private Opening(string leasesPath, SharedLeases leases, long id, long epoch, bool isAfterLoss)
    {
        this.leasesPath = leasesPath;
        this.id = id;
        this.isAfterLoss = isAfterLoss;
        Leases = leases;
        Epoch = epoch;
    }

    /// <summary>Who is updating whom.</summary>
    internal SharedLeases Leases { get; }

    /// <summary>The epoch: ledgers of an earlier one are in doubt.</summary>
    internal long Epoch { get; }

    /// <summary>Notes that the file is open, and what others have left behind.</summary>
    /// <param name="session">A connection.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="now">The time.</param>
    internal static Opening Begin(SqliteSession session, string path, DateTimeOffset now)
    {
        SharedLeases? leases = null;

        // Nobody else opens or closes the file meanwhile.
        session.Run("BEGIN IMMEDIATE");
        try
        {
            leases = SharedLeases.Open(path + Suffix);
            var hasLost = HasLost(session, leases);
            if (hasLost)
            {
                session.Run("UPDATE epochs SET epoch = epoch + 1");
            }

            // Of a user who has no ledger yet, nothing can be noted: the lease stays, and whoever takes the user next finds it.
            var abandoned = leases.Abandoned(now);
            abandoned.RemoveAll(lease => !Doubt(session, LeasePlaces.HashesOf(lease.Place, lease.Word)));
            session.Run("INSERT INTO openings (machine_start) VALUES (?1)", MachineStart.Id);
            var opening = new Opening(path + Suffix, leases, session.LastInsertedRow, EpochOf(session), hasLost);
            session.Run("COMMIT");
            abandoned.ForEach(lease => leases.Free(lease.Place, lease.Word));
            return opening;
        }
        catch
        {
            leases?.Dispose();
            if (leases is { IsNew: true })
            {
                // Otherwise the next one would not know that there was none.
                File.Delete(path + Suffix);
            }

            if (session.IsInTransaction)
            {
                session.Run("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>Notes that the file is closed, and removes the leases where nobody has it open and nothing is left behind.</summary>
    /// <param name="session">The writer's connection, in a transaction.</param>
    /// <returns>Whether the leases were removed.</returns>
    internal bool End(SqliteSession session)
    {
        session.Run("DELETE FROM openings WHERE id = ?1", id);

        // Whoever was taken for lost may be there still, where the machine's start is only known by the clock: then it has the file too.
        var isLast = Count(session) == 0 && Leases.IsEmpty && !isAfterLoss;
        Leases.Dispose();
        if (isLast)
        {
            File.Delete(leasesPath);
        }

        return isLast;
    }

    /// <summary>Whether leases were lost: the shared memory is not that of those who had the file open and did not close it.</summary>
    private static bool HasLost(SqliteSession session, SharedLeases leases) => leases.IsNew
        ? session.Run("DELETE FROM openings") > 0
        : session.Run("DELETE FROM openings WHERE machine_start <> ?1", MachineStart.Id) > 0;

    private static bool Doubt(SqliteSession session, (long First, long Last) hashes) =>
        session.Run(LedgerVersion.Doubt, hashes.First, hashes.Last + LedgerSlot.Count - 1) > 0;

    private static long EpochOf(SqliteSession session)
    {
        using var reader = session.Query("SELECT epoch FROM epochs");
        reader.Read();
        return reader.GetInt64(0);
    }

    private static long Count(SqliteSession session)
    {
        using var reader = session.Query("SELECT count(*) FROM openings");
        reader.Read();
        return reader.GetInt64(0);
    }
}
