using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace UserSync.Azure;

/// <summary>
/// The identity that the services in Azure are reached with: in Azure the managed identity and nothing else, so that no other sign-in
/// is tried first; elsewhere whatever <see cref="DefaultAzureCredential"/> finds, such as the developer's sign-in.
/// </summary>
internal static class AzureIdentity
{
    // App Service, Functions and Container Apps set it where a managed identity can be used.
    private const string IdentityEndpoint = "IDENTITY_ENDPOINT";

    private const string ClientIdVariable = "AZURE_CLIENT_ID";

    /// <summary>Whether the program runs where a managed identity can be used.</summary>
    /// <param name="configuration">The host's configuration, the environment's variables among it.</param>
    internal static bool IsInAzure(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[IdentityEndpoint]);

    /// <summary>The client id that the environment names; <see langword="null"/> where it names none.</summary>
    /// <param name="configuration">The host's configuration, the environment's variables among it.</param>
    internal static string? ClientId(IConfiguration configuration) => configuration[ClientIdVariable] is { Length: > 0 } id ? id : null;

    /// <summary>The credential.</summary>
    /// <param name="clientId">The client id of a user-assigned identity; <see langword="null"/> for the system-assigned one.</param>
    /// <param name="isInAzure">Whether only a managed identity will do.</param>
    internal static TokenCredential Credential(string? clientId, bool isInAzure)
    {
        if (isInAzure)
        {
            return new ManagedIdentityCredential(
                string.IsNullOrEmpty(clientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId));
        }

        var options = new DefaultAzureCredentialOptions();
        if (!string.IsNullOrEmpty(clientId))
        {
            options.ManagedIdentityClientId = clientId;
        }

        return new DefaultAzureCredential(options);
    }
}
