using System.Buffers;
using Truto.Http;

namespace Truto.Tests.Http;

public sealed class ReadContentTests
{
    [Fact]
    public void The_buffer_goes_back_to_the_pool_once()
    {
        var content = new ReadContent(ArrayPool<byte>.Shared.Rent(1024), length: 3);
        Assert.Equal(3, content.Bytes.Length);

        content.Dispose();
        content.Dispose();

        Assert.NotSame(ArrayPool<byte>.Shared.Rent(1024), ArrayPool<byte>.Shared.Rent(1024));
    }
}
