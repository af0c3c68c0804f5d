using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>
/// The keys that a source's tokens are checked with: from an address that the operator configured (JWKS), or from secrets that hold
/// a PEM public key, a JWKS document, or a shared key.
/// </summary>
internal sealed class JwtKeys
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<SecurityKey>> parsed = new(StringComparer.Ordinal);
    private readonly Uri? address;
    private readonly JwksClient jwks;
    private readonly bool isShared;

    private JwtKeys(Uri? address, IReadOnlyList<string> secrets, bool isShared, JwksClient jwks)
    {
        this.address = address;
        this.isShared = isShared;
        this.jwks = jwks;
        Secrets = address is null ? secrets : [];
    }

    /// <summary>The names of the secrets that hold keys.</summary>
    internal IReadOnlyList<string> Secrets { get; }

    /// <summary>Whether neither an address nor a secret says where the keys are.</summary>
    internal bool AreMissing => address is null && Secrets.Count == 0;

    internal static JwtKeys? Read(Setting setting, IReadOnlyList<string> secrets, bool isShared, JwksClient jwks)
    {
        const string Remedy = "Write the https address of the sender's JWKS document, or name a secret that holds its public key";
        if (setting.Text(Remedy) is not { } text)
        {
            return new JwtKeys(null, secrets, isShared, jwks);
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            return new JwtKeys(address, secrets, isShared, jwks);
        }

        setting.Error("it is not an https address", Remedy);
        return null;
    }

    internal async ValueTask<IReadOnlyList<SecurityKey>> FindAsync(string? keyId, ISecretStore secrets, CancellationToken cancellationToken)
    {
        if (address is not null)
        {
            return await jwks.GetAsync(address, keyId, cancellationToken);
        }

        var keys = new List<SecurityKey>();
        foreach (var secret in await UsableSecrets.ReadAsync(Secrets, secrets, cancellationToken))
        {
            keys.AddRange(parsed.GetOrAdd(secret, Parse));
        }

        return keys;
    }

    private IReadOnlyList<SecurityKey> Parse(string secret)
    {
        if (isShared)
        {
            return [new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret))];
        }

        try
        {
            return secret.TrimStart().StartsWith('{') ? [.. new JsonWebKeySet(secret).GetSigningKeys()] : [FromPem(secret)];
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or SecurityTokenException)
        {
            return [];
        }
    }

    private static SecurityKey FromPem(string pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(pem);
            return new ECDsaSecurityKey(ecdsa);
        }
    }
}
