using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class BuildTests(Templates templates)
{
    [Fact]
    public async Task No_template_and_no_parameters_give_the_linter_or_the_compiler_anything_to_say()
    {
        var infra = Repository.PathOf("infra");
        (await BicepCli.RunAsync(infra, Templates.NoVariables, "lint", "--pattern", "**/*.bicep")).AssertClean();
        (await BicepCli.RunAsync(infra, Templates.NoVariables, "lint", "main.bicepparam")).AssertClean();
    }

    [Fact]
    public async Task Both_entry_points_compile()
    {
        Assert.EndsWith("subscriptionDeploymentTemplate.json#", (await templates.MainAsync()).Json["$schema"]!.GetValue<string>());
        Assert.EndsWith("/deploymentTemplate.json#", (await templates.ResourcesAsync()).Json["$schema"]!.GetValue<string>());
    }

    [Fact]
    public async Task Rules_that_are_off_or_warn_by_default_are_errors_here()
    {
        var result = await templates.LintAsync("""
            param unused string
            param name string

            resource account 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
              name: concat(name, 'a')
            }

            output address string = 'https://management.azure.com'
            output key string = account.listKeys().keys[0].value
            """);
        Assert.NotEqual(0, result.ExitCode);
        string[] rules =
        [
            "no-hardcoded-env-urls",
            "no-hardcoded-outputs",
            "no-unused-params",
            "outputs-should-not-contain-secrets",
            "prefer-interpolation",
            "use-description-outputs",
            "use-description-params",
        ];
        Assert.All(rules, rule => Assert.Contains($"Error {rule}:", result.Findings));
        Assert.DoesNotContain("Warning", result.Findings);
    }

    [Fact]
    public async Task An_old_version_of_an_API_is_found_but_stops_no_deployment()
    {
        var result = await templates.LintAsync("""
            resource account 'Microsoft.Storage/storageAccounts@2021-09-01' existing = {
              name: 'account'
            }

            @description('The account.')
            output id string = account.id
            """);
        Assert.Contains("Warning use-recent-api-versions:", result.Findings);
        Assert.DoesNotContain("Error", result.Findings);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void Findings_are_silenced_only_for_diagnostic_settings_which_have_no_better_version_and_for_the_principal_that_names_depend_on()
    {
        (string Rule, string Next)[] silenced =
        [
            ("use-recent-api-versions", "'Microsoft.Insights/diagnosticSettings@2021-05-01-preview'"),
            ("what-if-short-circuiting", "    appPrincipalId: identity.outputs.principalId"),
        ];
        var files = Directory.GetFiles(Repository.PathOf("infra"), "*.bicep*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith("storage.bicep", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var lines = File.ReadAllLines(file);
            Assert.All(lines.Index().Where(line => line.Item.Contains("#disable", StringComparison.Ordinal)), line =>
            {
                var (_, next) = Assert.Single(silenced, rule => line.Item.Trim() == $"#disable-next-line {rule.Rule}");
                Assert.Contains(next, lines[line.Index + 1]);
            });
        }
    }

    [Fact]
    public async Task Every_file_is_formatted_as_the_Bicep_CLI_formats_it()
    {
        var copy = Directory.CreateTempSubdirectory("infra-format-");
        try
        {
            var infra = Repository.PathOf("infra");
            string[] files =
            [
                .. Directory.GetFiles(infra, "*.bicep", SearchOption.AllDirectories),
                Path.Combine(infra, "main.bicepparam"),
            ];
            foreach (var file in files.Append(Path.Combine(infra, "bicepconfig.json")))
            {
                var target = Path.Combine(copy.FullName, Path.GetRelativePath(infra, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            // A line that the formatter changes shows that it did its work.
            var probe = Path.Combine(copy.FullName, "probe.bicep");
            await File.WriteAllTextAsync(probe, "output   a   int=1\n", TestContext.Current.CancellationToken);

            (await BicepCli.RunAsync(copy.FullName, Templates.NoVariables, "format", "--pattern", "**/*.bicep")).AssertClean();
            (await BicepCli.RunAsync(copy.FullName, Templates.NoVariables, "format", "main.bicepparam")).AssertClean();
            Assert.Equal("output a int = 1\n", await File.ReadAllTextAsync(probe, TestContext.Current.CancellationToken));
            Assert.All(files, file =>
            {
                var formatted = Path.Combine(copy.FullName, Path.GetRelativePath(infra, file));
                Assert.Equal(File.ReadAllText(formatted), File.ReadAllText(file));
            });
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public void No_module_comes_from_a_registry()
    {
        var files = Directory.GetFiles(Repository.PathOf("infra"), "*.bicep*", SearchOption.AllDirectories);
        Assert.Contains(files, file => File.ReadAllText(file).Contains("module storage 'modules/storage.bicep'", StringComparison.Ordinal));
        Assert.All(files, file => Assert.DoesNotMatch("'(br|ts)[:/]", File.ReadAllText(file)));
    }
}
