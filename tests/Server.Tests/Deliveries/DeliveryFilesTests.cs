using Server.Tests.Support;
using UserSync.Sources;

namespace Server.Tests.Deliveries;

[Collection(nameof(DeliveryGroup))]
public sealed class DeliveryFilesTests(DeliveryWorld fixture)
{
    private static readonly string[] Recordings = [.. RecordedDelivery.All.Select(delivery => delivery.Name)];

    [Fact]
    public void Every_recording_has_a_source_and_an_expectation_and_says_where_it_came_from()
    {
        Assert.True(Recordings.Length >= 63, "Recordings are missing.");
        Assert.Equal(Recordings, Names("expected"));
        Assert.Equal(Recordings.Select(name => name.Replace('.', '-')).Order(StringComparer.Ordinal), Names("sources"));
        Assert.All(RecordedDelivery.All, delivery => Assert.NotEqual(string.Empty, delivery.Origin));
    }

    [Fact]
    public void Every_source_runs_and_only_weak_schemes_are_warned_of()
    {
        Assert.Equal(Recordings.Length, fixture.World.Sources.All.Count());
        Assert.Empty(fixture.World.Sources.Findings.Errors);
        Assert.All(fixture.World.Sources.Findings, finding => Assert.Equal("$.verify", finding.Path));
        Assert.Equal(
            ["hubspot-v1", "hubspot-v2-get", "hubspot-v2-post", "salesforce-cdc", "salesforce-outbound-message"],
            fixture.World.Sources.Findings.Warnings.Select(finding => Path.GetFileNameWithoutExtension(finding.File)));
    }

    [Fact]
    public void Every_preset_has_a_recording()
    {
        var recorded = fixture.World.Sources.All.Select(source => source.Preset?.Name).OfType<string>();

        Assert.Equal(Presets.All.Select(preset => preset.Name), recorded.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_published_vector_is_among_the_recordings()
    {
        var file = RecordedDelivery.Read(Path.Combine(RecordedDelivery.Folder, "public-vectors.json"));
        var vectors = file.GetProperty("vectors").EnumerateArray().ToList();
        Assert.Equal(13, vectors.Count);
        Assert.All(vectors, vector =>
        {
            var secret = vector.GetProperty("secret").GetString();
            var expected = vector.GetProperty("expected").GetString()!;
            var headers = RecordedDelivery.All.Where(delivery => delivery.Secret == secret).SelectMany(delivery => delivery.Headers.Values);
            Assert.Contains(headers, value => value.EndsWith(expected, StringComparison.Ordinal));
        });
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(RecordedDelivery.Folder, folder), "*.json")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);
}
