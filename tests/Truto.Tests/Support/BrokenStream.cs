namespace Truto.Tests.Support;

/// <summary>A body whose connection breaks after its first bytes.</summary>
internal sealed class BrokenStream() : MemoryStream("{\"id\""u8.ToArray())
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        return read > 0 ? read : throw new HttpIOException(HttpRequestError.ResponseEnded);
    }
}
