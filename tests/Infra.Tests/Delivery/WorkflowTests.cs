using System.Text.RegularExpressions;
using Infra.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Delivery;

public sealed partial class WorkflowTests
{
    public static TheoryData<Workflow> Workflows => [.. Workflow.All];

    [Fact]
    public void There_are_three_workflows_and_the_page_lists_them()
    {
        string[] names = ["build-test.yml", "deploy.yml", "infra.yml"];
        Assert.Equal(names, Workflow.All.Select(workflow => workflow.Name));
        Assert.Equal(names, new Markdown(Repository.Read("infra/README.md")).Table("## Workflows").Select(row => row[0]).Order());
    }

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void Every_action_is_pinned_to_a_commit_and_says_its_version(Workflow workflow)
    {
        var used = workflow.Text.Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(workflow.Steps.Count(step => step.Text("uses") is not null), used.Length);
        Assert.NotEmpty(used);
        Assert.All(used, line => Assert.Matches(PinnedAction(), line));
    }

    [Fact]
    public void An_action_is_the_same_everywhere()
    {
        var steps = Workflow.All.SelectMany(workflow => workflow.Steps);
        var actions = steps.Select(step => step.Text("uses")).OfType<string>().Distinct().ToArray();
        Assert.Equal(actions.Select(action => action[..action.IndexOf('@', StringComparison.Ordinal)]).Distinct().Count(), actions.Length);
    }

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void A_workflow_may_read_the_code_and_only_the_deployment_may_ask_for_an_identity(Workflow workflow)
    {
        Assert.Equal([("contents", "read")], workflow.Root.Map("permissions").Pairs());
        foreach (var (name, job) in workflow.Jobs.Where(job => job.Value.Children.ContainsKey("permissions")))
        {
            Assert.Equal(("deploy.yml", "deploy"), (workflow.Name, name));
            Assert.Equal([("contents", "read"), ("id-token", "write")], job.Map("permissions").Pairs());
        }
    }

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void No_workflow_uses_a_secret(Workflow workflow) =>
        Assert.DoesNotMatch(@"(?i)\bsecrets\b\s*[.:\[]|github\.token|creds:|client-secret|password", workflow.Text);

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void No_script_has_text_put_into_it_by_others(Workflow workflow)
    {
        var scripts = workflow.Steps.Select(step => step.Text("run")).OfType<string>().ToArray();
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.DoesNotContain("${{", script));
    }

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void Every_job_ends_in_time_on_a_runner_of_a_known_version(Workflow workflow) =>
        Assert.All(workflow.Jobs, job =>
        {
            Assert.Matches(@"^ubuntu-\d\d\.04$", job.Value.Text("runs-on"));
            Assert.InRange(int.Parse(job.Value.Text("timeout-minutes")!, null), 1, 90);
        });

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void A_checkout_leaves_no_credentials_behind(Workflow workflow)
    {
        var checkouts = workflow.Steps
            .Where(step => step.Text("uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true)
            .ToArray();
        Assert.Equal(workflow.Jobs.Count(), checkouts.Length);
        Assert.All(checkouts, step => Assert.Equal("false", step.Map("with").Text("persist-credentials")));
    }

    [Theory]
    [InlineData("build-test.yml", "push", "pull_request")]
    [InlineData("infra.yml", "push", "pull_request")]
    [InlineData("deploy.yml", "workflow_dispatch", "push")]
    public void A_workflow_runs_when_it_should_and_never_with_rights_for_code_of_strangers(string name, params string[] triggers)
    {
        var on = new Workflow(name).Root.Map("on");
        Assert.Equal(triggers, on.Children.Keys.Select(key => key.ToString()));
    }

    [Fact]
    public void Only_tags_of_versions_deploy_without_being_asked()
    {
        var push = new Workflow("deploy.yml").Root.Map("on").Map("push");
        Assert.Equal(["tags"], push.Children.Keys.Select(key => key.ToString()));
        Assert.Equal(["v*"], push.Texts("tags"));
    }

    [Fact]
    public void A_deployment_follows_the_tests_waits_for_the_one_before_and_is_not_broken_off()
    {
        var workflow = new Workflow("deploy.yml");
        var deploy = workflow.Root.Map("jobs").Map("deploy");
        Assert.Equal("test", deploy.Text("needs"));
        Assert.Equal("${{ inputs.environment || 'production' }}", deploy.Text("environment"));
        Assert.Equal("deploy-${{ inputs.environment || 'production' }}", workflow.Root.Map("concurrency").Text("group"));
        Assert.Equal("false", workflow.Root.Map("concurrency").Text("cancel-in-progress"));
        Assert.Contains("bash .ci/run", workflow.Text);
    }

    [Fact]
    public void A_deployment_provisions_what_it_deploys_to()
    {
        var scripts = Scripts(new Workflow("deploy.yml").Root.Map("jobs").Map("deploy"));
        Assert.Equal(["azd config set auth.useAzCliAuth true", "azd provision --no-prompt", "azd deploy --no-prompt"], scripts);
    }

    [Fact]
    public void A_deployment_passes_on_what_the_parameters_read_but_who_fills_the_vault()
    {
        var environment = new Workflow("deploy.yml").Root.Map("jobs").Map("deploy").Map("env").Pairs().Select(pair => pair.Key);
        string[] officer = ["VAULT_OFFICER_PRINCIPAL_ID", "VAULT_OFFICER_PRINCIPAL_TYPE"];
        var expected = Templates.Variables.Except(officer).Append("AZURE_SUBSCRIPTION_ID");
        Assert.Equal(expected.Order(), environment.Order());
    }

    [Fact]
    public void Where_all_tests_run_those_of_the_Azure_store_are_not_skipped_for_want_of_Azurite()
    {
        var runs = Workflow.All.SelectMany(workflow => workflow.Steps).Where(step => step.Text("run") == "bash .ci/run").ToArray();
        Assert.Equal(2, runs.Length);
        Assert.All(runs, run => Assert.Equal("1", run.Map("env").Text("USERSYNC_REQUIRE_AZURITE")));
        Assert.Contains("(\"USERSYNC_REQUIRE_AZURITE\")", Repository.Read("tests/Stores.Tests/Azure/AzuriteServer.cs"));
    }

    [Fact]
    public void The_page_lists_the_variables_that_a_deployment_needs()
    {
        var variables = Variable().Matches(new Workflow("deploy.yml").Text).Select(match => match.Groups["name"].Value).Distinct();
        var sections = Repository.Read("infra/README.md").Split("\n## Workflows\n")[1].Split("\n## ")[0];
        var listed = ListedVariable().Matches(sections).Select(match => match.Groups["name"].Value);
        Assert.Equal(variables.Order(), listed.Order());
    }

    [Fact]
    public void Every_path_that_starts_a_workflow_is_there_and_all_that_these_tests_read_is_among_them()
    {
        string[] read =
        [
            ".ci/**",
            ".devcontainer/**",
            ".github/workflows/**",
            "Directory.Packages.props",
            "azure.yaml",
            "infra/**",
            "tests/Infra.Tests/**",
        ];
        foreach (var trigger in new[] { "push", "pull_request" })
        {
            var paths = new Workflow("infra.yml").Root.Map("on").Map(trigger).Texts("paths").ToArray();
            Assert.Equal(read, paths.Order(StringComparer.Ordinal));
            Assert.All(paths, path => Assert.True(Path.Exists(Repository.PathOf(path.TrimEnd('*'))), path));
        }
    }

    [Theory]
    [MemberData(nameof(Workflows), DisableDiscoveryEnumeration = true)]
    public void Every_file_and_project_that_a_step_names_is_there(Workflow workflow)
    {
        var inScripts = workflow.Steps.Select(step => step.Text("run")).OfType<string>()
            .SelectMany(script => NamedPath().Matches(script))
            .Select(match => match.Groups["path"].Value);
        var inActions = workflow.Steps.Where(step => step.Children.ContainsKey("with"))
            .Select(step => step.Map("with").Text("global-json-file"))
            .OfType<string>();
        string[] named = [.. inScripts, .. inActions];
        Assert.Contains("global.json", named);
        Assert.All(named, path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
    }

    [Fact]
    public void A_change_of_the_templates_is_tested_by_the_tests_of_the_templates() =>
        Assert.Equal(["dotnet test --project tests/Infra.Tests"], Scripts(new Workflow("infra.yml").Root.Map("jobs").Map("bicep")));

    private static IEnumerable<string> Scripts(YamlMappingNode job) =>
        job.Maps("steps").Select(step => step.Text("run")).OfType<string>();

    [GeneratedRegex(@"^ +(- )?uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PinnedAction();

    [GeneratedRegex(@"\bvars\.(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\| `(?<name>[A-Z_]+)` \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex ListedVariable();

    [GeneratedRegex(@"(--project |bash )(?<path>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedPath();
}
