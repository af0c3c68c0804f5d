using System.Text.Json.Nodes;
using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed class ParameterTests(Templates templates)
{
    // Everything that is wrong, and what the Bicep CLI says about it.
    private static readonly (string Parameter, string Message)[] Mistakes =
    [
        ("param environmentName = 'x'", "too short to assign to a target for which the minimum allowable length is 2"),
        ("param location = 7", "expected a value of type \"string\""),
        ("param instanceMemoryMB = 1024", "Expected a value of type \"2048 | 4096 | 512\""),
        ("param maximumInstanceCount = 0", "too small to assign to a target for which the minimum allowable value is 1"),
        ("param alwaysReadyHttp = -1", "too small to assign to a target for which the minimum allowable value is 0"),
        ("param httpPerInstanceConcurrency = 1001", "too large to assign to a target for which the maximum allowable value is 1000"),
        ("param retentionDays = 3651", "too large to assign to a target for which the maximum allowable value is 3650"),
        ("param accountRequests = 0", "too small to assign to a target for which the minimum allowable value is 1"),
        ("param trutoBaseAddress = 'https:/'", "too short to assign to a target for which the minimum allowable length is 9"),
        ("param storageRedundancy = 'Premium_LRS'", "'Standard_GRS' | 'Standard_GZRS' | 'Standard_LRS' | 'Standard_ZRS'"),
        ("param vaultOfficerPrincipalType = 'Everyone'", "Expected a value of type \"'Group' | 'ServicePrincipal' | 'User'\""),
        ("param logRetentionDays = 7", "too small to assign to a target for which the minimum allowable value is 30"),
        ("param names = { vaults: 'kv' }", "Did you mean \"vault\"?"),
        ("param tags = { team: 7 }", "The property \"team\" expected a value of type \"string\""),
        ("param alerts = { deadLetterSeverity: 5 }", "too large to assign to a target for which the maximum allowable value is 4"),
        ("param storageKey = 'x'", "The parameter \"storageKey\" is assigned in the params file without being declared"),
    ];

    [Fact]
    public async Task Each_wrong_parameter_is_named_with_what_would_be_right()
    {
        var result = await templates.BuildParametersAsync(string.Join('\n', Mistakes.Select(mistake => mistake.Parameter)));
        Assert.NotEqual(0, result.ExitCode);
        var findings = result.Findings.Split('\n');
        Assert.All(Mistakes.Index(), mistake =>
        {
            // The first line of the file names the template.
            var found = Assert.Single(findings, line => line.Contains($".bicepparam({mistake.Index + 2},", StringComparison.Ordinal));
            Assert.Contains(mistake.Item.Message, found, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [InlineData("main.bicep", "param dailyLogQuotaGB = 0", "dailyLogQuotaGB cannot be 0")]
    [InlineData("resources.bicep", "param dailyLogQuotaGB = 0", "dailyLogQuotaGB cannot be 0")]
    [InlineData("main.bicep", "param maximumInstanceCount = 3\nparam alwaysReadyHttp = 2\nparam alwaysReadyQueue = 2", "cannot be more than")]
    [InlineData("resources.bicep", "param maximumInstanceCount = 1\nparam alwaysReadyHttp = 2", "cannot be more than")]
    public async Task What_bounds_cannot_say_is_refused_before_anything_is_deployed(string template, string parameters, string message)
    {
        var result = await templates.TryAsync(template, parameters);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(message, result.Findings);
    }

    [Theory]
    [InlineData("param dailyLogQuotaGB = 1")]
    [InlineData("param maximumInstanceCount = 4\nparam alwaysReadyHttp = 2\nparam alwaysReadyQueue = 2")]
    public async Task What_is_just_within_is_taken(string parameters) =>
        (await templates.TryAsync("main.bicep", parameters)).AssertClean();

    [Fact]
    public async Task Nothing_has_to_be_given_but_a_name_and_a_region()
    {
        var main = await templates.MainAsync();
        var needed = main.Parameters.Where(parameter => parameter.Value["defaultValue"] is null).Select(parameter => parameter.Key);
        Assert.Equal(["environmentName", "location"], needed.Order());
    }

    [Fact]
    public async Task Both_entry_points_take_the_same_parameters()
    {
        var main = await templates.MainAsync();
        var resources = await templates.ResourcesAsync();
        Assert.Equal(["resourceGroupName"], main.Parameters.Keys.Except(resources.Parameters.Keys));
        Assert.Empty(resources.Parameters.Keys.Except(main.Parameters.Keys));
        Assert.All(resources.Parameters.Where(parameter => parameter.Key != "location"), parameter =>
        {
            var other = main.Parameters[parameter.Key]["defaultValue"];
            Assert.True(JsonNode.DeepEquals(parameter.Value["defaultValue"], other), $"{parameter.Key} is {other} in main.bicep.");
        });
    }

    [Fact]
    public async Task Every_text_number_and_list_that_can_be_given_has_bounds()
    {
        foreach (var template in new[] { await templates.MainAsync(), await templates.ResourcesAsync() })
        {
            Assert.All(template.Parameters, parameter => Assert.Empty(Unbounded(template, parameter.Key, parameter.Value)));
        }
    }

    [Fact]
    public void What_has_no_bounds_is_found()
    {
        var template = new ArmTemplate("tried", JsonNode.Parse("""
            {
              "definitions": { "free": { "type": "string" } },
              "parameters": {
                "bound": { "type": "int", "minValue": 1, "maxValue": 2 },
                "half": { "type": "int", "minValue": 1 },
                "nested": { "type": "object", "properties": { "inner": { "$ref": "#/definitions/free" } } },
                "tags": { "type": "object", "properties": {}, "additionalProperties": { "type": "string" } }
              }
            }
            """)!.AsObject());
        var found = template.Parameters.SelectMany(parameter => Unbounded(template, parameter.Key, parameter.Value));
        Assert.Equal(["half", "nested.inner", "tags.*"], found);
    }

    private static IEnumerable<string> Unbounded(ArmTemplate template, string name, JsonObject definition)
    {
        var resolved = template.Resolve(definition);
        if (resolved["allowedValues"] is not null)
        {
            return [];
        }

        return resolved["type"]!.GetValue<string>() switch
        {
            "bool" => [],
            "string" => resolved["maxLength"] is null ? [name] : [],
            "int" => resolved["minValue"] is null || resolved["maxValue"] is null ? [name] : [],
            "object" => Members(resolved["properties"])
                .Concat(resolved["additionalProperties"] is JsonObject others ? [("*", others)] : [])
                .SelectMany(member => Unbounded(template, $"{name}.{member.Key}", member.Value)),
            _ => [name],
        };
    }

    private static IEnumerable<(string Key, JsonObject Value)> Members(JsonNode? definitions) =>
        (definitions as JsonObject ?? []).Select(member => (member.Key, member.Value!.AsObject()));
}
