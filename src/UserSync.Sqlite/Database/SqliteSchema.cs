using System.Globalization;

namespace UserSync.Sqlite.Database;

/// <summary>The tables, and how a file of an older version becomes one of this version.</summary>
internal static class SqliteSchema
{
    /// <summary>Says whose file it is: "Trut".</summary>
    internal const int ApplicationId = 0x54727574;

    // Each brings a file from one version to the next; none of them ever changes once it has been released. Times are UTC ticks (100 ns
    // since the year 1). Texts compare by their bytes, so that no two ids are taken for the same.
    private static readonly string[] Migrations =
    [
        """
        -- What waits in the queue, apart from when it is due: a message is written once, however often it is taken.
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            enqueued_at INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;

        -- In the order in which messages are due. Taking one moves it to the time until which it is hidden, with a new receipt, so an
        -- old receipt finds nothing.
        CREATE TABLE due (
            visible_at INTEGER NOT NULL,
            message INTEGER NOT NULL,
            receipt INTEGER NOT NULL,
            taken INTEGER NOT NULL,
            PRIMARY KEY (visible_at, message)
        ) STRICT, WITHOUT ROWID;

        -- A ledger stands where a hash of its user says: with a million users, an index of keys beside the table would double the pages
        -- that are read to find it.
        CREATE TABLE ledgers (
            slot INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            user_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            ledger BLOB NOT NULL
        ) STRICT;

        CREATE TABLE outcomes (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            event_id TEXT NOT NULL,
            event_type TEXT,
            occurred_at INTEGER,
            received_at INTEGER NOT NULL,
            trace_parent TEXT,
            status TEXT NOT NULL,
            concluded_at INTEGER NOT NULL,
            skip_reason TEXT,
            failure_cause TEXT,
            failure_reason TEXT,
            failure_transient INTEGER,
            failure_retry_after INTEGER,
            account TEXT,
            user_id TEXT,
            update_id TEXT,
            attempts INTEGER NOT NULL,
            replay INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX outcomes_event ON outcomes (source, event_id);
        CREATE INDEX outcomes_received ON outcomes (received_at);
        CREATE INDEX outcomes_source ON outcomes (source, received_at);
        CREATE INDEX outcomes_status ON outcomes (status, received_at);
        CREATE INDEX outcomes_source_status ON outcomes (source, status, received_at);
        CREATE INDEX outcomes_user ON outcomes (user_id, received_at) WHERE user_id IS NOT NULL;

        -- What an event says, apart from what becomes of it: it is written once, and lists do not read it.
        CREATE TABLE events (
            outcome INTEGER PRIMARY KEY,
            event BLOB,
            headers BLOB
        ) STRICT;

        CREATE TABLE updates (
            id TEXT NOT NULL PRIMARY KEY,
            account TEXT NOT NULL,
            user_id TEXT NOT NULL,
            patch BLOB NOT NULL,
            response BLOB,
            started_at INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            events INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX updates_started ON updates (started_at);
        """,
        """
        -- A message that carries an event as it was received has no body of its own: it is the event that is noted already. So the message
        -- is twice the outcome's id; one with a body is twice the id of that, and one.
        CREATE TABLE moved (
            visible_at INTEGER NOT NULL,
            message INTEGER NOT NULL,
            receipt INTEGER NOT NULL,
            taken INTEGER NOT NULL,
            enqueued_at INTEGER NOT NULL,
            PRIMARY KEY (visible_at, message)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO moved
        SELECT visible_at, message * 2 + 1, receipt, taken, enqueued_at FROM due JOIN messages ON messages.id = due.message;
        DROP TABLE due;
        ALTER TABLE moved RENAME TO due;
        ALTER TABLE messages DROP COLUMN enqueued_at;
        ALTER TABLE messages RENAME TO bodies;
        ALTER TABLE outcomes ADD COLUMN trace_state TEXT;

        -- Lists of one source, or of everything, put those of each status together. What is only received moves to another status soon, so
        -- it stands in one index and not in four.
        DROP INDEX outcomes_received;
        DROP INDEX outcomes_source;
        DROP INDEX outcomes_source_status;
        CREATE INDEX outcomes_source_ended ON outcomes (source, status, received_at) WHERE status <> 'received';
        """,
        """
        -- Who is found by which value. Value and owner are digests (of account, field and value; of account and user), which are short and
        -- say nothing about a person.
        CREATE TABLE directory_values (
            value BLOB NOT NULL,
            owner BLOB NOT NULL,
            account INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            generation INTEGER NOT NULL,
            PRIMARY KEY (value, owner)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX directory_values_owner ON directory_values (owner);

        CREATE TABLE directory_notes (
            key BLOB NOT NULL PRIMARY KEY,
            version INTEGER NOT NULL,
            content BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        -- An attempt that failed is an update too, which says why.
        ALTER TABLE updates ADD COLUMN failure_cause TEXT;
        ALTER TABLE updates ADD COLUMN failure_reason TEXT;
        ALTER TABLE updates ADD COLUMN failure_transient INTEGER;
        ALTER TABLE updates ADD COLUMN failure_retry_after INTEGER;
        """,
        """
        -- Who has the file open, and at which start of the machine it was opened. What is left of another start was not closed: leases that were
        -- in memory are lost. So the epoch is counted up, and what Truto has of the users whose ledgers are of an earlier one is in doubt.
        CREATE TABLE openings (
            id INTEGER PRIMARY KEY,
            machine_start TEXT NOT NULL
        ) STRICT;
        CREATE TABLE epochs (
            epoch INTEGER PRIMARY KEY
        ) STRICT;
        INSERT INTO epochs VALUES (1);

        -- The upper bits of a ledger's version are its epoch.
        UPDATE ledgers SET version = version + (1 << 40);

        -- What an event says stands with what became of it, where it is short: it is written with it, and nearly always once.
        ALTER TABLE outcomes ADD COLUMN event BLOB;
        ALTER TABLE outcomes ADD COLUMN headers BLOB;

        -- An update stands where its id says, behind those before it.
        ALTER TABLE updates RENAME TO former_updates;
        CREATE TABLE updates (
            slot INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            account TEXT NOT NULL,
            user_id TEXT NOT NULL,
            patch BLOB NOT NULL,
            response BLOB,
            started_at INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            events INTEGER NOT NULL,
            failure_cause TEXT,
            failure_reason TEXT,
            failure_transient INTEGER,
            failure_retry_after INTEGER
        ) STRICT;
        CREATE INDEX updates_without_time ON updates (started_at) WHERE slot < 0;

        -- Outcomes of users in parts of 8,192 outcomes: what is new stands together, and changes few pages however many users there are.
        DROP INDEX outcomes_user;
        CREATE INDEX outcomes_user ON outcomes (id >> 13, user_id, received_at) WHERE user_id IS NOT NULL;
        """,
    ];

    // What follows the script to a version, where a script cannot do it.
    private static readonly Dictionary<int, Action<SqliteSession>> Afterwards = new() { [5] = MoveUpdates };

    /// <summary>The version of the tables that this program writes.</summary>
    internal static int Version => Migrations.Length;

    /// <summary>Brings a file to this program's version.</summary>
    /// <param name="session">A connection.</param>
    /// <exception cref="SqliteStoreException">The file is not this program's, or a newer version's.</exception>
    internal static void Migrate(SqliteSession session)
    {
        if (Check(session) == Version)
        {
            return;
        }

        // Another process may be at it: only who has the lock knows.
        session.RunScript("BEGIN IMMEDIATE");
        try
        {
            for (var version = Check(session); version < Version; version++)
            {
                session.RunScript(Migrations[version]);
                Afterwards.GetValueOrDefault(version + 1)?.Invoke(session);
            }

            session.RunScript(string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT"));
        }
        catch when (session.IsInTransaction)
        {
            session.RunScript("ROLLBACK");
            throw;
        }
    }

    private static void MoveUpdates(SqliteSession session)
    {
        var ids = new List<(long Row, string Id)>();
        using (var rows = session.Query("SELECT rowid, id FROM former_updates"))
        {
            while (rows.Read())
            {
                ids.Add((rows.GetInt64(0), rows.GetString(1)));
            }
        }

        foreach (var (row, id) in ids)
        {
            for (var slot = UpdateSlot.First(id); session.Run("INSERT INTO updates SELECT ?1, * FROM former_updates WHERE rowid = ?2 ON CONFLICT DO NOTHING", slot, row) == 0; slot++)
            {
            }
        }

        session.RunScript("DROP TABLE former_updates");
    }

    /// <summary>Checks that a file is this program's, or empty.</summary>
    /// <param name="session">A connection.</param>
    /// <returns>The version of its tables; zero where it has none.</returns>
    /// <exception cref="SqliteStoreException">The file is not this program's, or a newer version's.</exception>
    internal static int Check(SqliteSession session)
    {
        // With one query, so that it is of one moment: another process may just be creating the tables.
        using var reader = session.Query(
            "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version, pragma_application_id");
        reader.Read();
        var (version, application, tables) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2));
        if (application != ApplicationId && (application != 0 || version != 0 || tables > 0))
        {
            throw new SqliteStoreException("The file is a database of another program.");
        }

        return version <= Version
            ? version
            : throw new SqliteStoreException(
                $"A newer version of this program has written the file: its tables have version {version}, "
                + $"and this program knows {Version}.");
    }
}
