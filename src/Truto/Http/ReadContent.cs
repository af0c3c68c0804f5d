using System.Net;

namespace Truto.Http;

/// <summary>A response's body that has been read.</summary>
/// <param name="bytes">The body.</param>
internal sealed class ReadContent(ReadOnlyMemory<byte> bytes) : HttpContent
{
    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
