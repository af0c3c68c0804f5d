using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>Reads the setting <c>verify</c>: how a source proves that a delivery is its own.</summary>
/// <param name="jwks">Reads the public keys of senders.</param>
internal sealed class VerifierReader(JwksClient jwks)
{
    private static readonly string[] Schemes = ["hmac", "token", "basic", "jwt", "signature", "digest", "any", "all", "none"];

    private static readonly IReadOnlyDictionary<string, string> SchemeNames = Schemes.ToDictionary(name => name, StringComparer.Ordinal);

    /// <summary>Reads a verifier, or reports why there is none.</summary>
    /// <param name="settings">The setting.</param>
    /// <param name="inherited">The names of the source's secrets, which a part may replace with its own.</param>
    internal Verifier? Read(Setting settings, IReadOnlyList<string> inherited)
    {
        var remedy = $"Write {{ \"scheme\": … }} with one of {string.Join(", ", Schemes)}";
        if (!settings.IsObject)
        {
            settings.Error("nothing says how deliveries are verified", remedy);
            return null;
        }

        var own = SecretNames.Read(settings.Member("secrets"));
        var secrets = own.Count > 0 ? own : inherited;
        settings.Member("scheme").Require(remedy);
        var verifier = settings.Member("scheme").Choice(SchemeNames, string.Empty) switch
        {
            "hmac" => HmacVerifier.Read(settings, secrets),
            "token" => TokenVerifier.Read(settings, secrets),
            "basic" => BasicVerifier.Read(settings, secrets),
            "jwt" => JwtVerifier.Read(settings, secrets, jwks),
            "signature" => SignatureVerifier.Read(settings, secrets),
            "digest" => DigestVerifier.Read(settings, secrets),
            "any" => Parts(settings, secrets) is { Length: > 0 } parts ? new AnyVerifier(parts) : null,
            "all" => Parts(settings, secrets) is { Length: > 0 } parts ? new AllVerifier(parts) : null,
            "none" => NoVerifier.Read(settings),
            _ => (Verifier?)null,
        };
        return verifier;
    }

    private Verifier[] Parts(Setting settings, IReadOnlyList<string> secrets)
    {
        const string Remedy = "Write an array of checks";
        settings.ExpectObject("scheme", "secrets", "of");
        var of = settings.Member("of");
        if (of.Require(Remedy) && !of.Items().Any())
        {
            of.Error("it is empty", Remedy);
        }

        return [.. of.Items().Select(part => Read(part, secrets)).OfType<Verifier>()];
    }
}
