using UserSync.Processing;

namespace UserSync.Tests.Processing;

public sealed class UpdateIdTests
{
    [Fact]
    public void An_id_is_a_UUID_of_version_7_and_begins_with_its_time()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

        var id = Guid.ParseExact(UpdateId.New(now), "N");

        Assert.Equal((7, 2), (id.Version, id.Variant >> 2));
        Assert.Equal($"{Guid.CreateVersion7(now):N}"[..12], $"{id:N}"[..12]);
    }

    [Fact]
    public void No_two_ids_of_one_time_are_the_same()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(60);

        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => UpdateId.New(now)).Distinct(StringComparer.Ordinal).Count());
    }
}
