using System.Text;
using UserSync.Queue;

namespace UserSync.Tests.Support;

/// <summary>A queue in memory.</summary>
internal sealed class MemoryQueue(TimeProvider time, Steps steps) : IChangeQueue
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];
    private TaskCompletionSource change = NewChange();
    private int receipts;

    internal bool IsEmpty => Read(() => entries.Count == 0);

    internal bool HasVisible => Read(() => entries.Exists(IsVisible));

    /// <summary>Everything that is on the queue, taken or not, the longest there first.</summary>
    internal IReadOnlyList<ChangeMessage> Messages => Read(() => entries.ConvertAll(entry =>
    {
        Assert.True(ChangeMessageJson.TryRead(entry.Body, out var message, out var problem), problem);
        return message;
    }));

    /// <summary>When each message can be seen, in the order of <see cref="Messages"/>.</summary>
    internal IReadOnlyList<DateTimeOffset> VisibleAt => Read(() => entries.ConvertAll(entry => entry.VisibleAt));

    /// <summary>How many messages were taken so far.</summary>
    internal int Taken => Read(() => receipts);

    /// <summary>Waits until something holds of the queue.</summary>
    internal async Task WhenAsync(Func<MemoryQueue, bool> holds)
    {
        while (true)
        {
            var next = Read(() => change.Task);
            if (holds(this))
            {
                return;
            }

            await next.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Puts bytes on the queue, as anybody can who has access to it.</summary>
    internal void Put(ReadOnlyMemory<byte> body, TimeSpan delay = default)
    {
        lock (gate)
        {
            entries.Add(new Entry(body, time.GetUtcNow(), time.GetUtcNow() + delay));
            Announce();
        }
    }

    public async Task EnqueueAsync(IReadOnlyList<ChangeMessage> messages, TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var message in messages)
        {
            await steps.StepAsync();
            Put(ChangeMessageJson.Write(message), delay);
            steps.Note($"enqueue {message.Id} at {message.OccurredAt:ss} {message.Event}");
        }

        await steps.StepAsync();
    }

    public async Task<IReadOnlyList<QueuedMessage>> ReceiveAsync(int most, TimeSpan hidden, TimeSpan patience, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync(() => HasVisible);
        var until = time.GetUtcNow() + patience;
        var taken = Take(most, hidden);
        while (taken.Count == 0 && time.GetUtcNow() < until)
        {
            await AwaitChangeAsync(until, cancellationToken);
            taken = Take(most, hidden);
        }

        await steps.StepAsync();
        return taken;
    }

    public async Task CompleteAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        lock (gate)
        {
            entries.RemoveAll(entry => entry.Receipt == message.Receipt);
            Announce();
        }

        await steps.StepAsync();
    }

    public async Task ReplaceAsync(QueuedMessage message, ChangeMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        Put(ChangeMessageJson.Write(next), delay);
        steps.Note($"replace {next.Id} delay {delay.TotalSeconds} attempt {next.Attempt} alone {next.Alone}");
        await CompleteAsync(message, cancellationToken);
    }

    public async Task ReleaseAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        lock (gate)
        {
            foreach (var entry in entries.FindAll(entry => entry.Receipt == message.Receipt))
            {
                entry.VisibleAt = time.GetUtcNow();
            }

            Announce();
        }
    }

    public async Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        return Read(() => new QueueDepth(entries.Count, entries.Count == 0 ? null : entries.Min(entry => entry.EnqueuedAt)));
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsVisible(Entry entry) => entry.VisibleAt <= time.GetUtcNow();

    private T Read<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }

    private void Announce()
    {
        change.TrySetResult();
        change = NewChange();
    }

    private List<QueuedMessage> Take(int most, TimeSpan hidden)
    {
        lock (gate)
        {
            var taken = new List<QueuedMessage>();
            while (taken.Count < most && entries.Find(IsVisible) is { } entry)
            {
                entry.VisibleAt = time.GetUtcNow() + hidden;
                entry.Receipt = $"{++receipts}";
                entry.Count++;
                steps.Note($"receive {Encoding.UTF8.GetString(entry.Body.Span)}");

                // To the back, so that the next worker finds another message.
                entries.Remove(entry);
                entries.Add(entry);
                taken.Add(new QueuedMessage(entry.Receipt, entry.Body, entry.Count, entry.VisibleAt));
            }

            return taken;
        }
    }

    private async Task AwaitChangeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (next, changed) = Read(() => (entries.Select(entry => entry.VisibleAt).Append(until).Min(), change.Task));
        if (next <= time.GetUtcNow())
        {
            return;
        }

        try
        {
            await changed.WaitAsync(next - time.GetUtcNow(), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Something may be visible now.
        }
    }

    private sealed class Entry(ReadOnlyMemory<byte> body, DateTimeOffset enqueuedAt, DateTimeOffset visibleAt)
    {
        public ReadOnlyMemory<byte> Body { get; } = body;

        public DateTimeOffset EnqueuedAt { get; } = enqueuedAt;

        public DateTimeOffset VisibleAt { get; set; } = visibleAt;

        public string Receipt { get; set; } = string.Empty;

        public int Count { get; set; }
    }
}
