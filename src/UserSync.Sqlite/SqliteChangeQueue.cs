using UserSync.Queue;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>The queue in the database.</summary>
/// <param name="database">The database.</param>
/// <param name="time">The clock by which messages are hidden.</param>
public sealed class SqliteChangeQueue(SqliteDatabase database, TimeProvider time) : IChangeQueue
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    // Other processes cannot wake this one.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    private readonly Arrival arrival = new();

    /// <inheritdoc/>
    public async Task EnqueueAsync(IReadOnlyList<ChangeMessage> messages, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        CheckDelay(delay);
        if (messages.Count == 0)
        {
            return;
        }

        var bodies = messages.Select(BodyOf).ToList();
        await database.WriteAsync(
            session =>
            {
                bodies.ForEach(body => Insert(session, body, delay));
                return bodies.Count;
            },
            cancellationToken);
        arrival.Signal();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueuedMessage>> ReceiveAsync(
        int most, TimeSpan hidden, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, TimeSpan.Zero);
        var deadline = time.GetUtcNow() + patience;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var arrived = arrival.Next;
            var earliest = database.Read(FindEarliest);
            var now = time.GetUtcNow();
            if (earliest <= now.UtcTicks)
            {
                var taken = await database.WriteAsync(session => Take(session, most, hidden), cancellationToken);
                if (taken.Count > 0)
                {
                    return taken;
                }
            }
            else if (now >= deadline)
            {
                return [];
            }
            else
            {
                await arrived.WaitAsync(SleepUntil(deadline, earliest, now), time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public Task CompleteAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var receipt = Receipt.Parse(message.Receipt);
        return database.WriteAsync(session => Remove(session, receipt), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(QueuedMessage message, ChangeMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(next);
        CheckDelay(delay);
        var receipt = Receipt.Parse(message.Receipt);
        var body = BodyOf(next);
        await database.WriteAsync(
            session =>
            {
                Insert(session, body, delay);
                return Remove(session, receipt);
            },
            cancellationToken);
        arrival.Signal();
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var receipt = Receipt.Parse(message.Receipt);
        await database.WriteAsync(
            session => session.Run(
                "UPDATE due SET visible_at = ?4, receipt = 0 WHERE visible_at = ?1 AND message = ?2 AND receipt = ?3",
                receipt.VisibleAt,
                receipt.Message,
                receipt.Stamp,
                time.GetUtcNow().UtcTicks),
            cancellationToken);
        arrival.Signal();
    }

    /// <inheritdoc/>
    public Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Read(static session =>
        {
            using var reader = session.Query("SELECT (SELECT count(*) FROM due), (SELECT enqueued_at FROM messages ORDER BY id LIMIT 1)");
            reader.Read();
            return new QueueDepth(reader.GetInt64(0), reader.IsDBNull(1) ? null : new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero));
        }));
    }

    private static byte[] BodyOf(ChangeMessage message) => ChangeMessageJson.Write(message).ToArray();

    private static void CheckDelay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, LongestDelay);
    }

    private static TimeSpan SleepUntil(DateTimeOffset deadline, long? earliest, DateTimeOffset now)
    {
        var sleep = deadline - now;
        sleep = sleep < LongestSleep ? sleep : LongestSleep;
        if (earliest is { } ticks && ticks - now.UtcTicks < sleep.Ticks)
        {
            sleep = TimeSpan.FromTicks(ticks - now.UtcTicks);
        }

        return sleep > ShortestSleep ? sleep : ShortestSleep;
    }

    private static long? FindEarliest(SqliteSession session)
    {
        using var reader = session.Query("SELECT visible_at FROM due ORDER BY visible_at LIMIT 1");
        return reader.Read() ? reader.GetInt64(0) : null;
    }

    private static int Remove(SqliteSession session, Receipt receipt)
    {
        var removed = session.Run(
            "DELETE FROM due WHERE visible_at = ?1 AND message = ?2 AND receipt = ?3", receipt.VisibleAt, receipt.Message, receipt.Stamp);
        return removed == 0 ? 0 : session.Run("DELETE FROM messages WHERE id = ?1", receipt.Message);
    }

    private void Insert(SqliteSession session, byte[] body, TimeSpan delay)
    {
        var now = time.GetUtcNow().UtcTicks;
        session.Run("INSERT INTO messages (enqueued_at, body) VALUES (?1, ?2)", now, body);
        session.Run("INSERT INTO due (visible_at, message, receipt, taken) VALUES (?1, last_insert_rowid(), 0, 0)", now + delay.Ticks);
    }

    private List<QueuedMessage> Take(SqliteSession session, int most, TimeSpan hidden)
    {
        var now = time.GetUtcNow();
        var hiddenUntil = now + hidden;
        var taken = new List<QueuedMessage>();
        var moves = new List<(long From, Receipt To)>();
        using (var reader = session.Query(
            """
            SELECT visible_at, message, taken, body
            FROM due CROSS JOIN messages ON messages.id = due.message
            WHERE visible_at <= ?1
            ORDER BY visible_at, message
            LIMIT ?2
            """,
            now.UtcTicks,
            (long)most))
        {
            while (reader.Read())
            {
                var receipt = new Receipt(hiddenUntil.UtcTicks, reader.GetInt64(1), Random.Shared.NextInt64());
                moves.Add((reader.GetInt64(0), receipt));
                taken.Add(new QueuedMessage(receipt.ToString(), reader.GetFieldValue<byte[]>(3), reader.GetInt32(2) + 1, hiddenUntil));
            }
        }

        foreach (var (from, to) in moves)
        {
            session.Run(
                "UPDATE due SET visible_at = ?3, receipt = ?4, taken = taken + 1 WHERE visible_at = ?1 AND message = ?2",
                from,
                to.Message,
                to.VisibleAt,
                to.Stamp);
        }

        return taken;
    }
}
