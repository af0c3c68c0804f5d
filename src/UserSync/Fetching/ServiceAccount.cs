using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserSync.Configuration;

namespace UserSync.Fetching;

/// <summary>
/// A service account of Google that acts for a user of the domain: a signed assertion is exchanged for an access token (RFC 7523, and
/// Google's "Using OAuth 2.0 for Server to Server Applications"). The secret is the account's key as Google hands it out, a JSON file.
/// </summary>
internal sealed class ServiceAccount : TokenAuthentication
{
    private const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const string NoKey = "it is not the JSON key of a service account";

    private static readonly Uri GoogleTokenUrl = new("https://oauth2.googleapis.com/token");

    // The longest that Google takes.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly string subject;
    private readonly string scope;

    private ServiceAccount(string secret, Uri tokenUrl, string subject, string scope)
        : base(secret, tokenUrl)
    {
        this.subject = subject;
        this.scope = scope;
    }

    internal static ServiceAccount? Read(Setting settings, string? secret, bool allowsPrivate)
    {
        settings.ExpectObject("scheme", "secret", "subject", "scope", "tokenUrl");
        var subject = settings.Member("subject").RequiredText(
            "Write the e-mail address of the administrator for whom the service account acts");
        var scope = settings.Member("scope").RequiredText("Write the scopes, with spaces between them");
        var tokenUrl = settings.Member("tokenUrl");
        var remedy = $"Remove it, or write the address at which tokens are asked for; Google's is {GoogleTokenUrl}";
        var address = tokenUrl.IsPresent ? FixedAddress.Read(tokenUrl, remedy, allowsPrivate) : GoogleTokenUrl;
        return secret is null || subject is null || scope is null || address is null
            ? null
            : new ServiceAccount(secret, address, subject, scope);
    }

    /// <inheritdoc/>
    internal override HttpRequestMessage Request(string value, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            return Post([new("grant_type", GrantType), new("assertion", Assertion(document.RootElement, now))]);
        }
        catch (Exception exception) when (exception
            is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or CryptographicException)
        {
            throw new FormatException(NoKey, exception);
        }
    }

    private string Assertion(JsonElement key, DateTimeOffset now)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key.GetProperty("private_key").GetString());
        var signingKey = new RsaSecurityKey(rsa)
        {
            KeyId = key.TryGetProperty("private_key_id", out var id) ? id.GetString() : null,

            // A provider that is kept would hold on to the key, which is disposed of here.
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = key.GetProperty("client_email").GetString() ?? throw new FormatException(NoKey),
            Audience = TokenUrl.AbsoluteUri,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["scope"] = scope, ["sub"] = subject },
            SigningCredentials = new SigningCredentials(signingKey, SecurityAlgorithms.RsaSha256),
        });
    }
}
