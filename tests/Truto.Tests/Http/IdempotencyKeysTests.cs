using Truto.Http;

namespace Truto.Tests.Http;

public sealed class IdempotencyKeysTests
{
    [Fact]
    public void No_key_comes_twice_on_any_thread()
    {
        var keys = ParallelEnumerable.Range(0, 10_000).Select(_ => IdempotencyKeys.Next()).ToArray();

        Assert.Equal(keys.Length, keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Each_key_is_a_random_UUID() => Assert.All(Enumerable.Range(0, 200), _ =>
    {
        var key = Guid.ParseExact(IdempotencyKeys.Next(), "D");

        Assert.Equal(4, key.Version);
        Assert.InRange(key.Variant, 0x8, 0xB);
    });
}
