using Microsoft.Extensions.Configuration;

namespace UserSync.Azure;

/// <summary>
/// Reads the storage account of the Functions host: <c>AzureWebJobsStorage</c> as a connection string, or identity-based as
/// <c>AzureWebJobsStorage__accountName</c>, <c>__queueServiceUri</c>, <c>__blobServiceUri</c>, <c>__tableServiceUri</c>,
/// <c>__credential</c> and <c>__clientId</c> (Azure Functions, "Configure an identity-based connection").
/// </summary>
internal static class HostStorageSettings
{
    /// <summary>The host's setting.</summary>
    internal const string SettingName = "AzureWebJobsStorage";

    // App Service, Functions and Container Apps set it where a managed identity can be used.
    private const string IdentityEndpoint = "IDENTITY_ENDPOINT";

    /// <summary>Completes options that name no account.</summary>
    /// <param name="options">The options.</param>
    /// <param name="configuration">The host's configuration.</param>
    internal static void Complete(AzureStorageOptions options, IConfiguration configuration)
    {
        options.IsInAzure = !string.IsNullOrEmpty(configuration[IdentityEndpoint]);
        if (NamesAccount(options))
        {
            return;
        }

        var host = configuration.GetSection(SettingName);
        options.IsOfHost = !string.IsNullOrEmpty(host.Value) || host.GetChildren().Any();
        options.ConnectionString = host.Value;
        options.AccountName = host["accountName"];
        options.QueueServiceUri = Address(host["queueServiceUri"]);
        options.BlobServiceUri = Address(host["blobServiceUri"]);
        options.TableServiceUri = Address(host["tableServiceUri"]);
        options.ManagedIdentityClientId ??= host["clientId"];
        if (host["credential"] is { Length: > 0 } credential)
        {
            var isManaged = credential.Equals("managedidentity", StringComparison.OrdinalIgnoreCase);
            options.IsInAzure |= isManaged;
            options.HostProblem = isManaged ? null : $"{SettingName}:credential is not known here; it can be managedidentity.";
        }
    }

    private static bool NamesAccount(AzureStorageOptions options) =>
        !string.IsNullOrEmpty(options.ConnectionString)
        || !string.IsNullOrEmpty(options.AccountName)
        || options.QueueServiceUri is not null
        || options.BlobServiceUri is not null
        || options.TableServiceUri is not null;

    // What is not an address is left for the validator to say.
    private static Uri? Address(string? text) => string.IsNullOrEmpty(text) ? null : new Uri(text, UriKind.RelativeOrAbsolute);
}
