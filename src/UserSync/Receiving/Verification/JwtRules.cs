using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>What a token must be: its algorithm, issuer, audience, type, and how long it holds.</summary>
internal sealed class JwtRules
{
    private static readonly string[] SharedAlgorithms = ["HS256", "HS384", "HS512"];

    private static readonly string[] AllAlgorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", .. SharedAlgorithms];

    private static readonly IReadOnlyDictionary<string, Expiry> Expiries = new Dictionary<string, Expiry>(StringComparer.Ordinal)
    {
        ["required"] = Expiry.Required,
        ["optional"] = Expiry.Optional,
        ["forbidden"] = Expiry.Forbidden,
    };

    private readonly IReadOnlyList<string> algorithms;
    private readonly IReadOnlyList<string> issuers;
    private readonly IReadOnlyList<string> audiences;
    private readonly string? type;
    private readonly Expiry expiry;
    private readonly TimeSpan tolerance;

    private JwtRules(
        IReadOnlyList<string> algorithms,
        IReadOnlyList<string> issuers,
        IReadOnlyList<string> audiences,
        string? type,
        Expiry expiry,
        TimeSpan tolerance)
    {
        this.algorithms = algorithms;
        this.issuers = issuers;
        this.audiences = audiences;
        this.type = type;
        this.expiry = expiry;
        this.tolerance = tolerance;
    }

    private enum Expiry
    {
        Required,
        Optional,
        Forbidden,
    }

    internal static IReadOnlyList<string> SettingNames => ["algorithms", "issuer", "audience", "type", "expiry", "tolerance"];

    /// <summary>Whether the tokens are made with a secret that both sides share.</summary>
    internal bool IsShared => algorithms.All(algorithm => SharedAlgorithms.Contains(algorithm, StringComparer.Ordinal));

    internal static JwtRules Read(Setting settings)
    {
        var setting = settings.Member("algorithms");
        var remedy = $"Write the algorithms that the sender signs with, out of {string.Join(", ", AllAlgorithms)}";
        var algorithms = setting.Texts(remedy);
        if (setting.Require(remedy) && !setting.Items().Any())
        {
            setting.Error("it is empty, and would allow every algorithm", remedy);
        }

        foreach (var unknown in algorithms.Except(AllAlgorithms, StringComparer.Ordinal))
        {
            setting.Error($"\"{unknown}\" is not an algorithm that proves anything", remedy);
        }

        if (algorithms.Intersect(SharedAlgorithms, StringComparer.Ordinal).Any() && algorithms.Except(SharedAlgorithms, StringComparer.Ordinal).Any())
        {
            setting.Error("shared-key and public-key algorithms stand together: a public key could be taken for a shared one", "Write one kind only");
        }

        return new JwtRules(
            algorithms,
            settings.Member("issuer").Texts("Write the issuer, or an array of them"),
            settings.Member("audience").Texts("Write the audience that means this application, or an array of them"),
            settings.Member("type").Text("Write the token's typ, for example \"secevent+jwt\""),
            settings.Member("expiry").Choice(Expiries, Expiry.Required),
            TimeSpan.FromSeconds(settings.Member("tolerance").Integer(0, 24 * 3600) ?? 300));
    }

    internal async ValueTask<Verdict> CheckAsync(JsonWebTokenHandler handler, JsonWebToken token, IReadOnlyList<SecurityKey> keys, DateTimeOffset now)
    {
        if (expiry == Expiry.Forbidden && token.TryGetPayloadValue<object>(JwtRegisteredClaimNames.Exp, out _))
        {
            return Verdict.MalformedCredential;
        }

        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = algorithms,
            IssuerSigningKeys = keys,
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = true,
            ValidateIssuer = issuers.Count > 0,
            ValidIssuers = issuers,
            ValidateAudience = audiences.Count > 0,
            ValidAudiences = audiences,
            ValidTypes = type is null ? null : [type],

            // Left to us, so that nothing is said about the times of a token that nobody has signed.
            ValidateLifetime = false,
            LogValidationExceptions = false,
        });
        return !result.IsValid ? VerdictOf(result.Exception) : Holds(token, now.UtcDateTime) ? Verdict.Valid : Verdict.StaleTimestamp;
    }

    private static Verdict VerdictOf(Exception? exception) => exception switch
    {
        SecurityTokenInvalidIssuerException => Verdict.WrongIssuer,
        SecurityTokenInvalidAudienceException => Verdict.WrongAudience,
        SecurityTokenMalformedException => Verdict.MalformedCredential,
        _ => Verdict.Mismatch,
    };

    /// <summary>Whether the token's times allow it; one that it does not have is the least that there is.</summary>
    private bool Holds(JsonWebToken token, DateTime now) =>
        (token.ValidTo == DateTime.MinValue ? expiry != Expiry.Required : now - tolerance <= token.ValidTo)
        && token.ValidFrom <= now + tolerance
        && token.IssuedAt <= now + tolerance;
}
