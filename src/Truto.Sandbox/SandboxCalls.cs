using System.Collections;

namespace Truto.Sandbox;

/// <summary>The latest calls, oldest first, and how many there were in all.</summary>
public sealed class SandboxCalls : IEnumerable<SandboxCall>
{
    private readonly SandboxCall?[] ring;
    private long total;
    private long forgotten;

    internal SandboxCalls(int capacity) => ring = new SandboxCall?[capacity];

    /// <summary>How many calls there were since the sandbox was made or last cleared, kept or not.</summary>
    public long Total => Volatile.Read(ref total) - Volatile.Read(ref forgotten);

    /// <summary>Forgets every call.</summary>
    public void Clear() => Volatile.Write(ref forgotten, Volatile.Read(ref total));

    /// <inheritdoc/>
    public IEnumerator<SandboxCall> GetEnumerator()
    {
        var end = Volatile.Read(ref total);
        for (var number = Math.Max(Volatile.Read(ref forgotten), end - ring.Length); number < end; number++)
        {
            // A slot whose call is just being written, or was overwritten meanwhile, has another number.
            if (Volatile.Read(ref ring[number % ring.Length]) is { } call && call.Number == number)
                yield return call;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(SandboxCall call)
    {
        call.Number = Interlocked.Increment(ref total) - 1;
        Volatile.Write(ref ring[call.Number % ring.Length], call);
    }
}
