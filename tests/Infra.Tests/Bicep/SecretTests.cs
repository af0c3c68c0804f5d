using System.Text.RegularExpressions;
using Infra.Tests.Support;

namespace Infra.Tests.Bicep;

public sealed partial class SecretTests(Templates templates)
{
    [Fact]
    public async Task No_template_asks_Azure_for_a_key()
    {
        Assert.All((await templates.MainAsync()).All, template =>
        {
            Assert.DoesNotMatch(KeyFunction(), template.Json.ToJsonString());
            Assert.DoesNotMatch(KeyInText(), template.Json.ToJsonString());
        });
    }

    [Theory]
    [InlineData("[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'a'), '2026-06-01').keys[0].value]")]
    [InlineData("[listAccountSas('a', '2026-06-01', createObject())]")]
    [InlineData("[reference('a').listKeys()]")]
    [InlineData("[createObject('value', list('a/host/default', '2025-03-01').masterKey)]")]
    public void A_function_that_yields_a_key_is_found(string expression) => Assert.Matches(KeyFunction(), expression);

    [Fact]
    public async Task A_parameter_that_sounds_like_a_secret_is_secure()
    {
        var suspects = (await templates.MainAsync()).All
            .SelectMany(template => template.Parameters)
            .Where(parameter => SoundsSecret().IsMatch(parameter.Key))
            .Where(parameter => parameter.Value["type"]!.GetValue<string>() is not ("int" or "bool" or "secureString" or "secureObject"))
            .Select(parameter => parameter.Key);
        Assert.Empty(suspects);
    }

    [Theory]
    [InlineData("trutoToken")]
    [InlineData("storageConnectionString")]
    [InlineData("adminPassword")]
    [InlineData("signingSecret")]
    [InlineData("accountKey")]
    public void A_name_that_sounds_like_a_secret_is_found(string name) => Assert.Matches(SoundsSecret(), name);

    [Fact]
    public async Task No_secret_is_deployed_because_deployments_are_kept_and_can_be_read()
    {
        var types = (await templates.FullAsync()).Resources.Select(resource => resource.Type);
        Assert.Equal(["Microsoft.KeyVault/vaults"], types.Where(type => type.StartsWith("Microsoft.KeyVault/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_outputs_are_names_and_addresses_and_nothing_else()
    {
        string[] names =
        [
            "AZURE_RESOURCE_GROUP",
            "FUNCTION_APP_NAME",
            "FUNCTION_APP_URL",
            "KEY_VAULT_NAME",
            "LOG_ANALYTICS_NAME",
            "STORAGE_ACCOUNT_NAME",
        ];
        Assert.Equal(names, (await templates.MainAsync()).Outputs.Keys.Order());
        Assert.Equal(names.Skip(1), (await templates.ResourcesAsync()).Outputs.Keys.Order());
    }

    [Fact]
    public async Task No_output_of_any_module_carries_a_connection_string_or_a_key()
    {
        var outputs = (await templates.MainAsync()).All.SelectMany(template => template.Outputs.Values).ToArray();
        Assert.True(outputs.Length > 20, $"There are only {outputs.Length} outputs.");
        Assert.All(outputs, output => Assert.DoesNotMatch(
            "(?i)connectionString|instrumentationKey|primaryKey|password|sharedKey",
            output["value"]!.ToJsonString()));
    }

    // ARM's list* functions, and Bicep's methods of the same names.
    [GeneratedRegex(@"\blist[A-Za-z]*\(", RegexOptions.None, 1000)]
    private static partial Regex KeyFunction();

    [GeneratedRegex("AccountKey=|SharedAccessSignature|SharedAccessKey|[?&]sig=|@Microsoft\\.KeyVault\\(", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex KeyInText();

    [GeneratedRegex("secret|password|token|credential|connectionString|[a-z]Key$|^key$|sas$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SoundsSecret();
}
