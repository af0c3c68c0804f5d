using System.Text.RegularExpressions;
using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed partial class RoleTests(Templates templates)
{
    private const string Assignment = "Microsoft.Authorization/roleAssignments";

    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string Vault = "Microsoft.KeyVault/vaults";
    private const string Insights = "Microsoft.Insights/components";

    // Microsoft Learn, "Azure built-in roles".
    private static readonly Dictionary<string, string> BuiltIn = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    private static readonly (string Role, string Scope)[] OfTheApp =
    [
        ("Key Vault Secrets User", Vault),
        ("Monitoring Metrics Publisher", Insights),
        ("Storage Blob Data Owner", Storage),
        ("Storage Queue Data Contributor", Storage),
        ("Storage Table Data Contributor", Storage),
    ];

    [Fact]
    public async Task The_app_has_exactly_the_roles_that_it_needs_each_on_the_one_resource_that_it_needs_it_for()
    {
        var deployment = await templates.MinimalAsync();
        Assert.Equal(OfTheApp, Assigned(deployment, deployment.OfType(Assignment)));
    }

    [Fact]
    public async Task Every_role_of_the_app_goes_to_its_identity_alone()
    {
        var deployment = await templates.MinimalAsync();
        Assert.All(deployment.OfType(Assignment), assignment =>
        {
            Assert.Contains("'identity-{0}'", assignment.Text("properties.principalId"));
            Assert.EndsWith(".outputs.principalId.value]", assignment.Text("properties.principalId"));
            Assert.Equal("ServicePrincipal", assignment.Text("properties.principalType"));
        });
        var identity = (await templates.MainAsync()).Of("identity");
        Assert.Equal("[reference('identity').principalId]", identity.Outputs["principalId"]["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Who_fills_the_vault_gets_that_one_role_on_the_vault_and_nobody_does_by_default()
    {
        var deployment = await templates.FullAsync();
        var officer = Assert.Single(deployment.OfType(Assignment), role => role.Text("properties.principalId") == Templates.Officer);
        Assert.Equal([("Key Vault Secrets Officer", Vault)], Assigned(deployment, [officer]));
        Assert.Equal("Group", officer.Text("properties.principalType"));
        Assert.Equal(OfTheApp.Length + 1, deployment.OfType(Assignment).Count());
    }

    [Fact]
    public async Task The_same_assignment_has_the_same_name_in_every_deployment_so_that_it_is_made_once()
    {
        var deployment = await templates.FullAsync();
        var names = deployment.OfType(Assignment).Select(Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(names, (await templates.FullInResourceGroupAsync()).OfType(Assignment).Select(Name));
        Assert.True(Guid.TryParse(Assert.Single(names, name => !name.StartsWith('[')), out _));
    }

    [Fact]
    public async Task An_identity_that_was_deleted_and_made_again_gets_assignments_of_its_own_because_none_takes_another_principal()
    {
        var deployment = await templates.MinimalAsync();
        Assert.All(deployment.OfType(Assignment), assignment =>
        {
            var role = assignment.Text("properties.roleDefinitionId")!;
            Assert.Equal(
                $"[guid('{ScopeIdOf(assignment)}', {assignment.Text("properties.principalId")![1..^1]}, '{role[(role.LastIndexOf('/') + 1)..]}')]",
                assignment.Name);
        });
    }

    [Fact]
    public void A_comment_names_every_role_in_the_template()
    {
        var roles = RoleInTemplate().Matches(Repository.Read("infra/modules/roles.bicep"))
            .Select(role => KeyValuePair.Create(role.Groups["id"].Value, role.Groups["name"].Value));
        Assert.Equal(BuiltIn.OrderBy(role => role.Key), roles.OrderBy(role => role.Key));
    }

    private static IEnumerable<(string Role, string Scope)> Assigned(Deployment deployment, IEnumerable<PredictedResource> assignments) =>
        assignments.Select(assignment => (RoleOf(assignment), ScopeOf(deployment, assignment))).Order();

    private static string RoleOf(PredictedResource assignment)
    {
        var id = assignment.Text("properties.roleDefinitionId")!;
        Assert.StartsWith($"/subscriptions/{Templates.Subscription}/providers/Microsoft.Authorization/roleDefinitions/", id);
        return BuiltIn[id[(id.LastIndexOf('/') + 1)..]];
    }

    private static string ScopeOf(Deployment deployment, PredictedResource assignment) =>
        Assert.Single(deployment.Resources, resource => resource.Id == ScopeIdOf(assignment)).Type;

    // The resource that an extension is on is the one whose id its own begins with.
    private static string ScopeIdOf(PredictedResource assignment)
    {
        const string Function = "[extensionResourceId('";
        return assignment.Id.StartsWith(Function, StringComparison.Ordinal)
            ? assignment.Id[Function.Length..assignment.Id.IndexOf($"', '{Assignment}'", StringComparison.Ordinal)]
            : assignment.Id[..assignment.Id.IndexOf($"/providers/{Assignment}/", StringComparison.Ordinal)];
    }

    private static string Name(PredictedResource assignment) => PredictedResource.WithoutModules(assignment.Name);

    [GeneratedRegex(@"'(?<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})' // (?<name>[\w ]+):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RoleInTemplate();
}
