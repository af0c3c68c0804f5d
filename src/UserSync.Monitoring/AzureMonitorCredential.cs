using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace UserSync.Monitoring;

/// <summary>
/// Reads how to sign in to Azure Monitor, in the form that the Functions host reads too: <c>Authorization=AAD</c>, or
/// <c>Authorization=AAD;ClientId=…</c> for a user-assigned identity (Azure Functions, "App settings reference").
/// </summary>
public static class AzureMonitorCredential
{
    /// <summary>The setting.</summary>
    public const string Setting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>The managed identity; <see langword="null"/> where the setting is empty, and the connection string has to do.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <exception cref="InvalidOperationException">The setting is not of that form.</exception>
    internal static TokenCredential? Read(IConfiguration configuration)
    {
        if (configuration[Setting] is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
            .ToList();
        var isKnown = parts.TrueForAll(part => part is [var key, not ""] && (Is(key, "Authorization") || Is(key, "ClientId")));
        var clientId = parts.Find(part => Is(part[0], "ClientId"))?.ElementAtOrDefault(1);
        var usesIdentity = parts.Exists(part => part is [var key, var value] && Is(key, "Authorization") && Is(value, "AAD"));
        if (!isKnown || !usesIdentity || (clientId is not null && !Guid.TryParse(clientId, out _)))
        {
            throw new InvalidOperationException(
                $"{Setting} cannot be read; write Authorization=AAD, or Authorization=AAD;ClientId=<the identity's client id>.");
        }

        return new ManagedIdentityCredential(
            clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId));
    }

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
