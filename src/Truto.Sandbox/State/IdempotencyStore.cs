using System.Collections.Concurrent;
using Truto.Sandbox.Unified;

namespace Truto.Sandbox.State;

/// <summary>
/// The answers to repeat. Truto documents that a repeat gets the cached answer and is not executed again. It does not document for
/// how long, whether an error is cached, and what a repeat gets while the first request is under way. Here an answer is kept only
/// where the provider made the change, and a repeat waits for the first request.
/// </summary>
internal sealed class IdempotencyStore(int capacity, TimeSpan lifetime)
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<IdempotencyKey, IdempotencyEntry> entries = new();
    private readonly ConcurrentQueue<(IdempotencyKey Key, IdempotencyEntry Entry, int Bytes)> byAge = new();
    private readonly long lifetimeMilliseconds = (long)lifetime.TotalMilliseconds;
    private long bytes;
    private int count;

    /// <summary>Finds the request with this key, or makes this one the first.</summary>
    public IdempotencyEntry Claim(IdempotencyKey key, long now, out bool first)
    {
        while (true)
        {
            var mine = new IdempotencyEntry();
            var entry = entries.GetOrAdd(key, mine);
            first = ReferenceEquals(entry, mine);
            if (first || entry.ExpiresAt > now)
                return entry;
            entries.TryRemove(new KeyValuePair<IdempotencyKey, IdempotencyEntry>(key, entry));
        }
    }

    /// <summary>Keeps an answer for repeats.</summary>
    public void Keep(IdempotencyKey key, IdempotencyEntry entry, Answer answer, long now)
    {
        entry.Complete(answer, now + lifetimeMilliseconds);
        byAge.Enqueue((key, entry, answer.Body.Length));
        Interlocked.Increment(ref count);
        Interlocked.Add(ref bytes, answer.Body.Length);
        while (byAge.TryPeek(out var oldest) &&
            (Volatile.Read(ref count) > capacity || Interlocked.Read(ref bytes) > MaxBytes || oldest.Entry.ExpiresAt <= now) &&
            TryDequeue(out oldest))
        {
            entries.TryRemove(new KeyValuePair<IdempotencyKey, IdempotencyEntry>(oldest.Key, oldest.Entry));
        }
    }

    /// <summary>Forgets a request that was not executed, and lets whoever waits for it try for itself.</summary>
    public void Abandon(IdempotencyKey key, IdempotencyEntry entry)
    {
        entries.TryRemove(new KeyValuePair<IdempotencyKey, IdempotencyEntry>(key, entry));
        entry.Complete(answer: null, expiresAt: 0);
    }

    public void Clear()
    {
        entries.Clear();
        while (TryDequeue(out _))
        {
        }
    }

    private bool TryDequeue(out (IdempotencyKey Key, IdempotencyEntry Entry, int Bytes) oldest)
    {
        if (!byAge.TryDequeue(out oldest))
            return false;
        Interlocked.Decrement(ref count);
        Interlocked.Add(ref bytes, -oldest.Bytes);
        return true;
    }
}
