using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Sqlite;
using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

/// <summary>A file of an older version opens with everything that is in it.</summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private const string FirstVersion =
        """
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            enqueued_at INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE due (
            visible_at INTEGER NOT NULL,
            message INTEGER NOT NULL,
            receipt INTEGER NOT NULL,
            taken INTEGER NOT NULL,
            PRIMARY KEY (visible_at, message)
        ) STRICT, WITHOUT ROWID;
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
        """;

    private static readonly UserKey Ada = new("account-1", "ada");

    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.Create(fixture.DatabasePath).DisposeAsync();
        var at = Samples.Time.UtcTicks;
        using var session = new SqliteSession(
            fixture.DatabasePath,
            $"{FirstVersion} PRAGMA application_id = {SqliteSchema.ApplicationId}; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;");
        foreach (var (id, taken) in (ReadOnlySpan<(long, long)>)[(7, 0), (9, 2)])
        {
            session.Run("INSERT INTO messages (id, enqueued_at, body) VALUES (?1, ?2, ?3)", id, at + id, Body($"evt-{id}"));
            session.Run("INSERT INTO due (visible_at, message, receipt, taken) VALUES (?1, ?2, 0, ?3)", at + id, id, taken);
        }

        foreach (var (number, status) in Words.AllStatuses.Index())
        {
            session.Run(
                "INSERT INTO outcomes (source, event_id, received_at, status, concluded_at, attempts, replay) VALUES ('workos', ?1, ?2, ?3, ?2, 0, 0)",
                $"evt-{number}",
                at + number,
                status);
            session.Run("INSERT INTO events (outcome, event) VALUES (last_insert_rowid(), ?1)", "{}"u8.ToArray());
        }

        session.Run(
            "INSERT INTO ledgers (slot, account, user_id, version, ledger) VALUES (?1, ?2, ?3, 3, ?4)",
            LedgerSlot.First(Ada),
            Ada.Account,
            Ada.UserId,
            LedgerJson.Write(Samples.Ledger("a")));
        await fixture.InitializeAsync();
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Messages_are_taken_as_they_were_put()
    {
        var depth = await fixture.Stores.Queue.MeasureAsync(Cancellation);
        await fixture.PassAsync(TimeSpan.FromDays(60));

        var taken = await fixture.Stores.Queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);

        Assert.Equal(new QueueDepth(2, Samples.Time.AddTicks(7)), depth);
        Assert.Equal(["evt-7", "evt-9"], taken.Select(message => Samples.Read(message).Id));
        Assert.Equal([1, 3], taken.Select(message => message.DequeueCount));
        await fixture.Stores.Queue.CompleteAsync(taken[0], Cancellation);
        Assert.Equal("1", SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM bodies"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("workos")]
    public async Task Outcomes_are_listed_and_found(string? source)
    {
        var page = await fixture.Stores.Outcomes.ListAsync(new OutcomeFilter(source), null, 10, Cancellation);
        var failed = await fixture.Stores.Outcomes.ListAsync(new OutcomeFilter(source, OutcomeStatus.Failed), null, 10, Cancellation);

        Assert.Equal(["evt-4", "evt-3", "evt-2", "evt-1", "evt-0"], page.Outcomes.Select(outcome => outcome.EventId));
        Assert.Equal("evt-3", Assert.Single(failed.Outcomes).EventId);
        Assert.NotNull((await fixture.Stores.Outcomes.FindAsync("workos", "evt-2", Cancellation))?.Event);
    }

    [Fact]
    public async Task Ledgers_are_kept()
    {
        var row = await fixture.Stores.Ledgers.ReadAsync(Ada, Cancellation);

        Assert.Equal(Samples.Text(Samples.Ledger("a")), Samples.Text(row.Ledger));
        Assert.NotNull(await fixture.Stores.Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), row.Version, Cancellation));
    }

    [Fact]
    public async Task What_an_event_says_is_kept_once_and_a_message_of_a_forgotten_event_goes_with_it()
    {
        await fixture.Stores.Intake.TakeAsync([Change("new")], Cancellation);
        Assert.Equal("2", SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM bodies"));

        await fixture.Stores.Outcomes.ConcludeAsync([Samples.Ended("new", OutcomeStatus.Applied, Samples.Time, userId: "ada")], Cancellation);
        await fixture.Stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation);
        await fixture.PassAsync(TimeSpan.FromDays(60));

        var taken = await fixture.Stores.Queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        Assert.Equal(["evt-7", "evt-9"], taken.Select(message => Samples.Read(message).Id));
        Assert.Equal(2, (await fixture.Stores.Queue.MeasureAsync(Cancellation)).Messages);
    }

    private static byte[] Body(string id) => ChangeMessageJson.Write(Samples.Message(id));

    private static UserSync.Receiving.Events.ChangeEvent Change(string id) => new()
    {
        Source = "workos",
        Id = id,
        Type = null,
        OccurredAt = Samples.Time,
        ReceivedAt = Samples.Time,
        Data = Samples.Json("{}"),
    };
}
