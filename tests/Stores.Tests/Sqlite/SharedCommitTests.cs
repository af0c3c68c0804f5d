using Stores.Tests.Contract;
using UserSync.Sqlite;
using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

public sealed class SharedCommitTests : IAsyncLifetime
{
    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SqliteDatabase Database => fixture.Database;

    public async ValueTask InitializeAsync()
    {
        await fixture.InitializeAsync();
        await Database.WriteAsync(session => Run(session, "CREATE TABLE notes (note TEXT NOT NULL, content BLOB)"), Cancellation);
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Writers_at_the_same_time_share_commits()
    {
        const int Writers = 64, Messages = 20;
        var before = Database.Commits;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(
            async () =>
            {
                for (var j = 0; j < Messages; j++)
                {
                    await fixture.Stores.Queue.EnqueueAsync([Samples.Message($"evt-{i}-{j}")], TimeSpan.Zero, Cancellation);
                }
            },
            Cancellation)));

        Assert.Equal(Writers * Messages, (await fixture.Stores.Queue.MeasureAsync(Cancellation)).Messages);
        Assert.InRange(Database.Commits - before, 1, (Writers * Messages) - 1);
    }

    [Fact]
    public async Task Everything_that_waits_is_written_with_one_commit()
    {
        var before = Database.Commits;
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var writing = Enumerable.Range(0, 50).Select(i => NoteAsync($"{i:00}")).ToList();
        writer.Release();
        await Task.WhenAll(writing);

        Assert.Equal(50, Notes().Count);
        Assert.Equal(2, Database.Commits - before);
    }

    [Fact]
    public async Task Nobody_is_told_that_something_is_written_before_others_can_read_it()
    {
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var seen = Enumerable.Range(0, 20).Select(async i =>
        {
            await NoteAsync($"{i:00}");
            return Notes().Count;
        }).ToList();
        writer.Release();

        Assert.All(await Task.WhenAll(seen), count => Assert.Equal(20, count));
    }

    [Fact]
    public async Task What_fails_writes_nothing_and_harms_no_neighbour()
    {
        var before = Database.Commits;
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var first = NoteAsync("first");
        var failing = Database.WriteAsync<int>(
            session =>
            {
                Run(session, "INSERT INTO notes (note) VALUES ('half')");
                throw new InvalidOperationException("It failed.");
            },
            Cancellation);
        var last = NoteAsync("last");
        writer.Release();

        Assert.Equal("It failed.", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        await Task.WhenAll(first, last);
        Assert.Equal(["first", "last"], Notes());
        Assert.Equal(2, Database.Commits - before);
    }

    [Fact]
    public async Task What_SQLite_refuses_harms_no_neighbour()
    {
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var first = NoteAsync("first");
        var failing = Database.WriteAsync(session => Run(session, "INSERT INTO notes (note) VALUES (NULL)"), Cancellation);
        var last = NoteAsync("last");
        writer.Release();

        var exception = await Assert.ThrowsAsync<SqliteStoreException>(() => failing);
        Assert.StartsWith("Nothing was written. ", exception.Message, StringComparison.Ordinal);
        await Task.WhenAll(first, last);
        Assert.Equal(["first", "last"], Notes());
    }

    [Fact]
    public async Task What_ends_the_transaction_of_all_fails_alone_and_once()
    {
        // As SQLite does where the disk is full while it moves pages out of its cache.
        var attempts = 0;
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var first = NoteAsync("first");
        var refused = Database.WriteAsync<int>(
            _ => throw new InvalidOperationException($"Attempt {Interlocked.Increment(ref attempts)}."), Cancellation);
        var ending = Database.WriteAsync<int>(
            session =>
            {
                Run(session, "INSERT INTO notes (note) VALUES ('half')");
                session.RunScript("ROLLBACK");
                throw new InvalidOperationException("It is over.");
            },
            Cancellation);
        var last = NoteAsync("last");
        writer.Release();

        Assert.Equal("It is over.", (await Assert.ThrowsAsync<InvalidOperationException>(() => ending)).Message);
        Assert.Equal("Attempt 2.", (await Assert.ThrowsAsync<InvalidOperationException>(() => refused)).Message);
        await Task.WhenAll(first, last);
        Assert.Equal(["first", "last"], Notes());

        // With the others, and then so that it fails alone.
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task What_the_disk_has_no_room_for_harms_no_neighbour()
    {
        // Room for a few small ones.
        var pages = Database.Read(session => Number(session, "PRAGMA page_count"));
        await Database.WriteAsync(session => Number(session, $"PRAGMA max_page_count = {pages + 20}"), Cancellation);
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var first = NoteAsync("first");
        var failing = NoteAsync("large", new byte[1024 * 1024]);
        var last = NoteAsync("last");
        writer.Release();

        Assert.Equal("Nothing was written. The disk is full.", (await Assert.ThrowsAsync<SqliteStoreException>(() => failing)).Message);
        await Task.WhenAll(first, last);
        Assert.Equal(["first", "last"], Notes());
    }

    [Fact]
    public async Task Where_another_program_holds_the_database_for_too_long_nothing_is_written_and_the_message_says_so()
    {
        await Database.WriteAsync(session => Number(session, "PRAGMA busy_timeout = 1"), Cancellation);
        using (new SqliteSession(Database.Path, "BEGIN IMMEDIATE"))
        {
            foreach (var writing in (Task[])[NoteAsync("first"), NoteAsync("second")])
            {
                var exception = await Assert.ThrowsAsync<SqliteStoreException>(() => writing);
                Assert.Equal("Nothing was written. Another process has held the database for too long.", exception.Message);
            }
        }

        await NoteAsync("third");
        Assert.Equal(["third"], Notes());
    }

    [Fact]
    public async Task What_is_cancelled_while_it_waits_is_not_written()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var writer = await OccupiedWriter.OccupyAsync(Database);
        var first = NoteAsync("first");
        var cancelled = NoteAsync("cancelled", cancellation: stop.Token);
        await stop.CancelAsync();

        // It is told at once, while the writer is still busy.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        writer.Release();
        await first;
        Assert.Equal(["first"], Notes());
    }

    [Fact]
    public async Task What_is_cancelled_after_it_has_begun_is_written_and_its_result_returned()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var result = await Database.WriteAsync(
            session =>
            {
                stop.Cancel();
                return Run(session, "INSERT INTO notes (note) VALUES ('begun')");
            },
            stop.Token);

        Assert.Equal(1, result);
        Assert.Equal(["begun"], Notes());
    }

    [Fact]
    public async Task Whoever_comes_when_too_much_waits_waits_for_room_and_can_stop_waiting()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var writer = await OccupiedWriter.OccupyAsync(Database);

        // Room is given back when a transaction is over, so the one that occupies the writer still has its own.
        var writing = Enumerable.Range(1, SqliteWriter.MostWaiting - 1).Select(i => NoteAsync($"{i:0000}")).ToList();
        var patient = NoteAsync("patient");
        var impatient = NoteAsync("impatient", cancellation: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        writer.Release();
        await Task.WhenAll([.. writing, patient]);

        Assert.Equal(SqliteWriter.MostWaiting, Notes().Count);
        Assert.DoesNotContain("impatient", Notes());
    }

    [Fact]
    public async Task A_database_that_is_closed_finishes_what_waits_and_takes_nothing_more()
    {
        var writer = await OccupiedWriter.OccupyAsync(Database);
        var waiting = NoteAsync("waiting");
        var closing = Task.Run(Database.Dispose, Cancellation);
        await writer.DisposeAsync();
        await Task.WhenAll(waiting, closing);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => NoteAsync("late"));
        Assert.Throws<ObjectDisposedException>(() => Notes());
        Database.Dispose();

        using var again = SqliteDatabase.Open(fixture.DatabasePath);
        Assert.Equal("waiting", SqliteFixture.Ask(again, "SELECT note FROM notes"));
    }

    [Fact]
    public void A_database_that_is_closed_is_one_file()
    {
        Assert.True(File.Exists($"{Database.Path}-wal"));

        Database.Dispose();

        Assert.Equal([Database.Path], Directory.GetFiles(Path.GetDirectoryName(Database.Path)!));
    }

    private static int Run(SqliteSession session, string sql) => session.Run(sql);

    private static long Number(SqliteSession session, string sql)
    {
        using var reader = session.Query(sql);
        reader.Read();
        return reader.GetInt64(0);
    }

    private Task<int> NoteAsync(string note, byte[]? content = null, CancellationToken? cancellation = null) =>
        Database.WriteAsync(
            session => session.Run("INSERT INTO notes (note, content) VALUES (?1, ?2)", note, content), cancellation ?? Cancellation);

    private List<string> Notes() => Database.Read(session =>
    {
        using var reader = session.Query("SELECT note FROM notes ORDER BY note");
        var notes = new List<string>();
        while (reader.Read())
        {
            notes.Add(reader.GetString(0));
        }

        return notes;
    });
}
