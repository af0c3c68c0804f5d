using System.Buffers;
using System.Text.Encodings.Web;
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

    /// <summary>What is served as JSON and never as a page need not be escaped more than that.</summary>
    internal static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static JsonBuffer? Kept;

    [ThreadStatic]
    private static JsonBuffer? KeptReadable;

    private readonly ArrayBufferWriter<byte> bytes = new(Size);
    private readonly bool isReadable;

    private JsonBuffer(bool isReadable)
    {
        this.isReadable = isReadable;
        Writer = new Utf8JsonWriter(bytes, isReadable ? Readable : default);
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
        var buffer = Kept ?? new JsonBuffer(isReadable: false);
        Kept = null;
        return buffer;
    }

    /// <summary>An empty one that escapes only what JSON wants escaped, to be disposed of on the same thread.</summary>
    internal static JsonBuffer TakeReadable()
    {
        var buffer = KeptReadable ?? new JsonBuffer(isReadable: true);
        KeptReadable = null;
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (bytes.Capacity <= MostKept)
        {
            // What was written may be about a person.
            bytes.Clear();
            Writer.Reset();
            if (isReadable)
            {
                KeptReadable = this;
            }
            else
            {
                Kept = this;
            }
        }
    }
}
