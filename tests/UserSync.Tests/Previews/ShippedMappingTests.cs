using UserSync.Configuration;
using UserSync.Previews;
using UserSync.Receiving;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Previews;

/// <summary>The mapping tests of the sources that ship.</summary>
public sealed class ShippedMappingTests
{
    public static TheoryData<string> Files => [.. Shipped.TestedFolders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
        .Where(IsTest).Select(file => Path.GetRelativePath(AppContext.BaseDirectory, file))];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_is_expected_is_what_becomes_of_it(string file)
    {
        var (folder, source) = Place(file);
        var findings = new Findings();
        var catalog = SourceCatalog.Load(folder, Jwks.Unused, new ReceivingOptions());

        var test = MappingTestFiles.Read(folder, source, findings).Single(test => Path.GetFileName(test.File) == Path.GetFileName(file));

        Assert.Empty(findings);
        Assert.Empty(test.Run(catalog.Find(source)!).Differences.Select(difference => $"{difference}: {difference.Expected} / {difference.Actual}"));
        Assert.Empty(await Schemas.TestErrorsAsync(await File.ReadAllTextAsync(Path.GetFullPath(file, AppContext.BaseDirectory), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Every_source_that_ships_has_one() => Assert.All(
        Shipped.TestedFolders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json")),
        source => Assert.True(Directory.Exists(Path.ChangeExtension(source, ".tests")), $"{Path.GetFileName(source)} has no mapping test."));

    private static bool IsTest(string file) => Path.GetDirectoryName(file)!.EndsWith(".tests", StringComparison.Ordinal);

    private static (string Folder, string Source) Place(string file)
    {
        var tests = Path.GetDirectoryName(Path.GetFullPath(file, AppContext.BaseDirectory))!;
        return (Path.GetDirectoryName(tests)!, Path.GetFileNameWithoutExtension(tests));
    }
}
