using System.Text.RegularExpressions;
using Functions.Tests.Support;

namespace Functions.Tests.Declarations;

/// <summary>What the Bicep says of the app; nothing where there is no Bicep.</summary>
public sealed partial class BicepTests
{
    private readonly string bicep = Shipped.Bicep();

    public BicepTests() => Assert.SkipWhen(bicep.Length == 0, "There is no Bicep in infra/.");

    [Fact]
    public void Always_ready_instances_are_for_functions_that_exist() => Assert.All(
        Matches(AlwaysReady()),
        name => Assert.Contains(DeclaredFunction.All, function => function.Name == name && function.Queue is not null));

    [Fact]
    public void Every_queue_of_a_trigger_is_created() => Assert.All(
        DeclaredFunction.All.Where(function => function.Queue is not null),
        function => Assert.Contains($"'{function.Queue!.QueueName}'", bicep, StringComparison.Ordinal));

    [Fact]
    public void Every_app_setting_is_in_the_docs()
    {
        var listed = Shipped.DocsTable("Settings").Select(row => row[0]).ToList();
        var written = Matches(Setting()).ToList();

        Assert.NotEmpty(written);
        Assert.All(written, name => Assert.Contains(name, listed));
    }

    [Fact]
    public void Alerts_ask_for_metrics_and_tags_that_there_are()
    {
        var metrics = Shipped.DocsTable("Telemetry").ToDictionary(row => row[0], row => row[3], StringComparer.Ordinal);
        var asked = Metric().Matches(bicep)
            .Select(match => (Metric: match.Groups["metric"].Value, Tag: match.Groups["tag"].Value))
            .ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, ask => Assert.Contains(ask.Tag, metrics[ask.Metric], StringComparison.Ordinal));
    }

    private IEnumerable<string> Matches(Regex pattern) => pattern.Matches(bicep).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"'function:(?<name>\w+)'", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AlwaysReady();

    [GeneratedRegex(
        @"^  (?<name>[A-Za-z]\w*__\w+|[A-Z]+(_[A-Z]+)+):",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(
        @"Name == '(?<metric>usersync\.[\w.]+)'((?!Name ==)[^}])*?(Properties\['(?<tag>\w+)'\]|''')",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();
}
