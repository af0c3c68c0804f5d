using System.Buffers;
using System.Text.Json;

namespace UserSync.Expressions;

/// <summary>
/// A writer of JSON and what it has written. Each thread keeps one for the next who asks: what is written for every event is copied where
/// it stays, and to make the buffer anew would cost more than that.
/// </summary>
internal sealed class JsonBuffer : IDisposable
{
    private const int Size = 1024;
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static JsonBuffer? Kept;

    private readonly ArrayBufferWriter<byte> bytes;

    private JsonBuffer()
    {
        bytes = new ArrayBufferWriter<byte>(Size);
        Writer = new Utf8JsonWriter(bytes);
    }

    /// <summary>Writes.</summary>
    internal Utf8JsonWriter Writer { get; }

    /// <summary>What is written, until this is disposed of.</summary>
    internal ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return bytes.WrittenSpan;
        }
    }

    /// <summary>An empty one, to be disposed of on the same thread.</summary>
    internal static JsonBuffer Take()
    {
        // Whoever asks while another is in use gets one of its own.
        var buffer = Kept ?? new JsonBuffer();
        Kept = null;
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (bytes.Capacity <= MostKept)
        {
            bytes.ResetWrittenCount();
            Writer.Reset();
            Kept = this;
        }
    }
}
