using System.Text.Json;
using Truto.Sandbox.Json;
using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>Writes a provider's user as Truto's unified user: the fields that the provider's row of the support matrix answers.</summary>
internal static class UnifiedUser
{
    public static void Write(Utf8JsonWriter json, ProviderShape provider, SandboxUser user, UnifiedQuery query)
    {
        var fields = provider.Answered & ~query.Excluded;

        // How "normalized" differs from "unified" is documented nowhere; that it has no remote_data is a guess.
        if (query.IgnoreRemoteData || query.Format == ResponseFormat.Normalized)
            fields &= ~UserFields.RemoteData;
        json.WriteStartObject();
        if (Has(UserFields.Id))
            json.WriteString("id", user.Id);
        if (Has(UserFields.CreatedAt))
            json.WriteTime("created_at", user.CreatedAt);
        if (Has(UserFields.Email))
            json.WriteString("email", user.Email);
        if (Has(UserFields.IsActive))
            json.WriteNullable("is_active", user.IsActive);
        if (Has(UserFields.Name))
            json.WriteString("name", user.Name);
        if (Has(UserFields.UpdatedAt))
            json.WriteTime("updated_at", user.UpdatedAt);
        if (Has(UserFields.Urls))
            WriteUrls(json, provider, user);
        if (Has(UserFields.RemoteData))
        {
            json.WritePropertyName("remote_data");
            provider.WriteRecord(json, user);
        }

        json.WriteEndObject();

        bool Has(UserFields field) => fields.HasFlag(field);
    }

    private static void WriteUrls(Utf8JsonWriter json, ProviderShape provider, SandboxUser user)
    {
        json.WriteStartArray("urls");
        json.WriteStartObject();
        json.WriteString("type", "profile");
        json.WriteString("url", $"https://{provider.Support.Name}.example/users/{Uri.EscapeDataString(user.Id)}");
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
