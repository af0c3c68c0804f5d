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

    /// <summary>Completes options that name no account.</summary>
    /// <param name="options">The options.</param>
    /// <param name="configuration">The host's configuration.</param>
    internal static void Complete(AzureStorageOptions options, IConfiguration configuration)
    {
        options.IsInAzure = AzureIdentity.IsInAzure(configuration);
        if (!string.IsNullOrEmpty(options.ConnectionString) || options.NamesServices)
        {
            options.ManagedIdentityClientId ??= AzureIdentity.ClientId(configuration);
            return;
        }

        var host = configuration.GetSection(SettingName);
        options.IsOfHost = !string.IsNullOrEmpty(host.Value) || host.GetChildren().Any();
        options.ConnectionString = host.Value;
        options.AccountName = host["accountName"];
        options.QueueServiceUri = host["queueServiceUri"];
        options.BlobServiceUri = host["blobServiceUri"];
        options.TableServiceUri = host["tableServiceUri"];
        options.ManagedIdentityClientId ??= host["clientId"];
        if (host["credential"] is not { Length: > 0 } credential)
        {
            // As the host does: without a word on the credential, it is that of the environment.
            options.ManagedIdentityClientId ??= AzureIdentity.ClientId(configuration);
            return;
        }

        var isManaged = credential.Equals("managedidentity", StringComparison.OrdinalIgnoreCase);
        options.IsInAzure |= isManaged;
        options.HostProblem = isManaged ? null : $"{SettingName}:credential is not known here; it can be managedidentity.";
    }
}
