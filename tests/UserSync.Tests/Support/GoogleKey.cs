using System.Security.Cryptography;
using System.Text.Json;

namespace UserSync.Tests.Support;

/// <summary>The key of a service account, in the shape in which Google hands it out.</summary>
internal static class GoogleKey
{
    internal const string Account = "sync@project-1.iam.gserviceaccount.com";
    internal const string Id = "7d8f1c";

    internal static string Of(RSA rsa) => JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["type"] = "service_account",
        ["project_id"] = "project-1",
        ["private_key_id"] = Id,
        ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = Account,

        // Where the key says that tokens are is not believed: the operator says so.
        ["token_uri"] = "https://elsewhere.example.com/token",
    });
}
