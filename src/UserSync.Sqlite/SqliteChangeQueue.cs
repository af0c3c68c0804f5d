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
                bodies.ForEach(body => DueRow.InsertBody(session, body, time.GetUtcNow().UtcTicks, delay));
                return bodies.Count;
            },
            cancellationToken);
        database.Arrival.Signal();
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
            var arrived = database.Arrival.Next;
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
        return database.WriteAsync(session => DueRow.Remove(session, receipt), cancellationToken);
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
                DueRow.InsertBody(session, body, time.GetUtcNow().UtcTicks, delay);
                return DueRow.Remove(session, receipt);
            },
            cancellationToken);
        database.Arrival.Signal();
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
        database.Arrival.Signal();
    }

    /// <inheritdoc/>
    public Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Read(static session =>
        {
            using var reader = session.Query("SELECT count(*), min(enqueued_at) FROM due");
            reader.Read();
            return new QueueDepth(reader.GetInt64(0), reader.IsNull(1) ? null : new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero));
        }));
    }

    private static byte[] BodyOf(ChangeMessage message) => ChangeMessageJson.Write(message);

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

    private List<QueuedMessage> Take(SqliteSession session, int most, TimeSpan hidden)
    {
        var now = time.GetUtcNow();
        var hiddenUntil = now + hidden;
        var due = new List<(Receipt Place, int Taken)>();
        using (var reader = session.Query(
            "SELECT visible_at, message, receipt, taken FROM due WHERE visible_at <= ?1 ORDER BY visible_at, message LIMIT ?2",
            now.UtcTicks,
            (long)most))
        {
            while (reader.Read())
            {
                due.Add((new Receipt(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), reader.GetInt32(3)));
            }
        }

        var messages = new List<QueuedMessage>(due.Count);
        foreach (var (place, taken) in due)
        {
            if (DueRow.Content(session, place.Message) is not { } body)
            {
                DueRow.Remove(session, place);
                continue;
            }

            var receipt = new Receipt(hiddenUntil.UtcTicks, place.Message, Random.Shared.NextInt64());
            session.Run(
                "UPDATE due SET visible_at = ?3, receipt = ?4, taken = taken + 1 WHERE visible_at = ?1 AND message = ?2",
                place.VisibleAt,
                place.Message,
                receipt.VisibleAt,
                receipt.Stamp);
            messages.Add(new QueuedMessage(receipt.ToString(), body, taken + 1, hiddenUntil));
        }

        return messages;
    }
}
