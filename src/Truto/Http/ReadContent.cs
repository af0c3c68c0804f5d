using System.Buffers;
using System.Net;

namespace Truto.Http;

/// <summary>A response's body that has been read.</summary>
/// <param name="buffer">An array of the shared pool that begins with the body; it goes back when the content is disposed of.</param>
/// <param name="length">The length of the body.</param>
internal sealed class ReadContent(byte[] buffer, int length) : HttpContent
{
    private byte[]? buffer = buffer;

    /// <summary>The body, until the content is disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Bytes).AsTask();

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref buffer, null) is { } unused)
        {
            ArrayPool<byte>.Shared.Return(unused);
        }

        base.Dispose(disposing);
    }
}
