using UserSync.Sqlite.Database;

namespace Stores.Tests.Sqlite;

public sealed class CheckpointTests : IAsyncLifetime
{
    private const int PageBytes = 4096;

    // A batch writes some fifty pages.
    private const int BatchBytes = 50 * PageBytes;
    private const int Batches = 1000;

    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task The_log_begins_anew_while_the_writer_goes_on()
    {
        await CreateAsync();

        for (var i = 0; i < Batches; i++)
        {
            await WriteAsync(i);
        }

        // All of it would be twelve times what the log may hold.
        var log = new FileInfo($"{fixture.DatabasePath}-wal");
        Assert.InRange(log.Length, 1, 4L * SqliteCheckpointer.LogPages * PageBytes);
        Assert.Equal($"{Batches}", SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM contents"));
    }

    [Fact]
    public async Task Nothing_is_lost_where_somebody_reads_all_the_while()
    {
        await CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = Task.Run(() => { while (!stop.IsCancellationRequested) { SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM contents"); } }, Cancellation);

        for (var i = 0; i < Batches / 2; i++)
        {
            await WriteAsync(i);
        }

        await stop.CancelAsync();
        await reading;
        var reopened = await fixture.ReopenAsync();
        Assert.NotNull(reopened);
        Assert.Equal($"{Batches / 2}", SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM contents"));
        Assert.Equal("ok", SqliteFixture.Ask(fixture.Database, "PRAGMA integrity_check"));
    }

    private Task<int> CreateAsync() => fixture.Database.WriteAsync(session => session.Run("CREATE TABLE contents (id INTEGER PRIMARY KEY, content BLOB)"), Cancellation);

    private Task<int> WriteAsync(long id) => fixture.Database.WriteAsync(
        session => session.Run("INSERT INTO contents (id, content) VALUES (?1, ?2)", id, new byte[BatchBytes]), Cancellation);
}
