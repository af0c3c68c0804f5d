using System.Buffers;
using System.Text.Json;

namespace Truto.Http;

/// <summary>
/// A writer of JSON and what it has written. Each thread keeps one for the next who asks: to make it anew would cost more than to write
/// the body of a request.
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
    public Utf8JsonWriter Writer { get; }

    /// <summary>An empty one, to be disposed of on the same thread.</summary>
    public static JsonBuffer Take()
    {
        // Whoever asks while another is in use gets one of its own.
        var buffer = Kept ?? new JsonBuffer();
        Kept = null;
        return buffer;
    }

    /// <summary>A copy of what is written.</summary>
    public byte[] ToArray()
    {
        Writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    public void Dispose()
    {
        if (bytes.Capacity <= MostKept)
        {
            // What was written is personal data; it does not outlive its request by more than it has to.
            bytes.Clear();
            Writer.Reset();
            Kept = this;
        }
    }
}
