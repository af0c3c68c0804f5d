using System.Text.RegularExpressions;
using Infra.Tests.Support;
using UserSync.Outcomes;

namespace Infra.Tests.Bicep;

public sealed partial class AlertTests(Templates templates)
{
    private const string Rule = "Microsoft.Insights/scheduledQueryRules";
    private const string Group = "Microsoft.Insights/actionGroups";

    [Theory]
    [InlineData("dead-letters", "usersync.events", "Total", 1, 0)]
    [InlineData("message-age", "usersync.queue.age", "Maximum", 2, 1800)]
    [InlineData("failure-rate", "usersync.updates", "Maximum", 2, 20)]
    [InlineData("rejections", "usersync.deliveries", "Total", 3, 20)]
    [InlineData("silence", "usersync.queue.age", "Count", 1, 1)]
    public async Task An_alert_watches_its_metric(string alert, string metric, string aggregation, int severity, int threshold)
    {
        var rule = RuleOf(await templates.MinimalAsync(), alert);
        Assert.Equal(severity, rule.Number("properties.severity"));
        Assert.StartsWith($"AppMetrics\n| where Name == '{metric}'\n", Query(rule));
        Assert.Equal(aggregation, Condition(rule).Text("timeAggregation"));
        Assert.Equal(threshold, Condition(rule).Number("threshold"));
    }

    [Theory]
    [InlineData("dead-letters", 0, 11)]
    [InlineData("message-age", 1, 120)]
    [InlineData("failure-rate", 3, 33)]
    [InlineData("rejections", 4, 55)]
    [InlineData("silence", 0, 1)]
    public async Task An_alert_is_as_severe_and_as_patient_as_asked_for(string alert, int severity, int threshold)
    {
        var rule = RuleOf(await templates.FullAsync(), alert);
        Assert.Equal(severity, rule.Number("properties.severity"));
        Assert.Equal(threshold, Condition(rule).Number("threshold"));
    }

    [Fact]
    public async Task There_are_no_other_alerts_and_the_page_lists_these()
    {
        var deployment = await templates.MinimalAsync();
        var prefix = $"{deployment.The(Group).Name}-";
        var rules = deployment.OfType(Rule).ToArray();
        Assert.Equal(5, rules.Length);
        Assert.Equal(
            rules.Select(rule => (rule.Name[prefix.Length..], Metric().Match(Query(rule)).Groups["name"].Value)).Order(),
            new Markdown(Repository.Read("infra/README.md")).Table("## Alerts").Select(row => (row[0], row[1])).Order());
    }

    [Fact]
    public async Task Every_alert_looks_every_five_minutes_and_ends_by_itself()
    {
        var deployment = await templates.MinimalAsync();
        Assert.All(deployment.OfType(Rule), rule =>
        {
            Assert.True(rule.Flag("properties.enabled"));
            Assert.True(rule.Flag("properties.autoMitigate"));
            Assert.Equal("PT5M", rule.Text("properties.evaluationFrequency"));
            Assert.Contains(".outputs.workspaceId.value", Assert.Single(rule.Texts("properties.scopes")));
            Assert.Equal(1, Condition(rule).Number("failingPeriods.numberOfEvaluationPeriods"));
            Assert.Equal(1, Condition(rule).Number("failingPeriods.minFailingPeriodsToAlert"));
        });
    }

    [Fact]
    public async Task An_alert_on_numbers_looks_at_the_last_quarter_of_an_hour_for_one_that_is_too_great()
    {
        var rules = (await templates.MinimalAsync()).OfType(Rule).Where(rule => !IsSilence(rule)).ToArray();
        Assert.Equal(4, rules.Length);
        Assert.All(rules, rule =>
        {
            Assert.Equal("PT15M", rule.Text("properties.windowSize"));
            Assert.Equal("GreaterThan", Condition(rule).Text("operator"));
            Assert.Equal("Value", Condition(rule).Text("metricMeasureColumn"));
            Assert.Contains("| project TimeGenerated, Value = ", Query(rule));
        });
    }

    [Fact]
    public async Task The_app_is_missed_when_half_an_hour_has_not_one_row()
    {
        var rule = RuleOf(await templates.MinimalAsync(), "silence");
        Assert.Equal("PT30M", rule.Text("properties.windowSize"));
        Assert.Equal("LessThan", Condition(rule).Text("operator"));
        Assert.Equal(1, Condition(rule).Number("threshold"));

        // Rows are counted: numbers of none would be none, and no number is less than 1.
        Assert.Equal("Count", Condition(rule).Text("timeAggregation"));
        Assert.Null(Condition(rule).At("metricMeasureColumn"));
        Assert.DoesNotContain("summarize", Query(rule));
    }

    [Fact]
    public void What_is_missed_is_measured_often_enough_that_one_late_measurement_is_not_missed()
    {
        var schedule = MeasureQueue().Match(Repository.Read("src/Functions/TimerFunctions.cs"));
        Assert.InRange(int.Parse(schedule.Groups["minutes"].Value, null), 1, 30 / 3);
    }

    [Fact]
    public async Task Whoever_gets_an_alert_finds_what_to_do()
    {
        var deployment = await templates.MinimalAsync();
        var page = Repository.Read("docs/operate.md");
        Assert.All(deployment.OfType(Rule), rule =>
            Assert.Contains($"\n### {rule.Name[(deployment.The(Group).Name.Length + 1)..]}: ", page));
    }

    [Fact]
    public async Task Every_alert_tells_the_operators()
    {
        var deployment = await templates.FullAsync();
        var group = deployment.The(Group);
        Assert.Equal("operators@contoso.com", Assert.Single(group.PartsAt("properties.emailReceivers")).Text("emailAddress"));
        Assert.True(group.Flag("properties.enabled"));
        Assert.All(deployment.OfType(Rule), rule => Assert.Equal([group.Id], rule.Texts("properties.actions.actionGroups")));
    }

    [Fact]
    public async Task Nobody_gets_an_email_who_was_not_named() =>
        Assert.Empty((await templates.MinimalAsync()).The(Group).PartsAt("properties.emailReceivers"));

    [Fact]
    public async Task Dead_letters_are_the_outcomes_that_the_app_calls_by_these_words()
    {
        var query = Query(RuleOf(await templates.MinimalAsync(), "dead-letters"));
        Assert.Contains($"in ('{Words.Of(OutcomeStatus.Failed)}', '{Words.Of(OutcomeStatus.DeadLettered)}')", query);
        var updates = Query(RuleOf(await templates.MinimalAsync(), "failure-rate"));
        Assert.Contains($"!= '{Words.Of(OutcomeStatus.Applied)}'", updates);
    }

    [Fact]
    public async Task A_failure_rate_of_few_updates_alerts_nobody()
    {
        Assert.Contains("| where Updates >= 10\n", Query(RuleOf(await templates.MinimalAsync(), "failure-rate")));
        Assert.Contains("| where Updates >= 44\n", Query(RuleOf(await templates.FullAsync(), "failure-rate")));
    }

    private static bool IsSilence(PredictedResource rule) => rule.Name.EndsWith("-silence", StringComparison.Ordinal);

    private static PredictedResource RuleOf(Deployment deployment, string alert) =>
        Assert.Single(deployment.OfType(Rule), rule => rule.Name == $"{deployment.The(Group).Name}-{alert}");

    private static PredictedResource Condition(PredictedResource rule) => Assert.Single(rule.PartsAt("properties.criteria.allOf"));

    // Without the indentation that it has in the template.
    private static string Query(PredictedResource rule) =>
        string.Join('\n', Condition(rule).Text("query")!.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("where Name == '(?<name>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"MeasureQueueAsync\(\[TimerTrigger\(""0 \*/(?<minutes>\d+) \* \* \* \*""\)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MeasureQueue();
}
