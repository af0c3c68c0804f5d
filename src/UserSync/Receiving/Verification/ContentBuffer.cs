using System.Buffers;

namespace UserSync.Receiving.Verification;

/// <summary>Bytes that are put together to be compared with a signature. A secret may be among them: they are cleared in the end.</summary>
/// <param name="bodyLength">How long the body is that is most of them.</param>
internal sealed class ContentBuffer(int bodyLength) : IBufferWriter<byte>, IDisposable
{
    private const int More = 256;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(bodyLength + More);
    private int count;

    /// <summary>What is written, until this is disposed of.</summary>
    internal ReadOnlySpan<byte> Written => bytes.AsSpan(0, count);

    /// <inheritdoc/>
    public void Advance(int count) => this.count += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(count);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(count);

    /// <inheritdoc/>
    public void Dispose() => Return(bytes, count);

    private static void Return(byte[] bytes, int count)
    {
        bytes.AsSpan(0, count).Clear();
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private byte[] Room(int size)
    {
        if (bytes.Length - count < Math.Max(1, size))
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * count, count + size));
            Written.CopyTo(larger);
            Return(bytes, count);
            bytes = larger;
        }

        return bytes;
    }
}
