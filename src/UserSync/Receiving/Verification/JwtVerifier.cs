using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>
/// A signed JSON Web Token: the whole body, a header, or places in the body. Algorithms are pinned, so that neither <c>none</c> nor a
/// public key taken for a shared one gets through.
/// </summary>
internal sealed class JwtVerifier : Verifier
{
    private const int MaxTokens = 100;

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = 4 * 1024 * 1024 };

    private readonly JwtPlace place;
    private readonly JwtRules rules;
    private readonly JwtKeys keys;

    private JwtVerifier(JwtPlace place, JwtRules rules, JwtKeys keys)
    {
        this.place = place;
        this.rules = rules;
        this.keys = keys;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets => keys.Secrets;

    /// <inheritdoc/>
    public override bool LacksSecret => keys.AreMissing;

    internal static JwtVerifier? Read(Setting settings, IReadOnlyList<string> secrets, JwksClient jwks)
    {
        settings.ExpectObject([.. JwtPlace.SettingNames, .. JwtRules.SettingNames, "scheme", "secrets", "jwks"]);
        var place = JwtPlace.Read(settings);
        var rules = JwtRules.Read(settings);
        var keys = JwtKeys.Read(settings.Member("jwks"), secrets, rules.IsShared, jwks);
        return keys is null ? null : new JwtVerifier(place, rules, keys);
    }

    /// <inheritdoc/>
    public override async ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var tokens = place.TokensIn(delivery);
        if (tokens.Count == 0 || tokens.Any(string.IsNullOrEmpty))
        {
            return new VerificationResult(Verdict.MissingCredential);
        }

        if (tokens.Count > MaxTokens)
        {
            return new VerificationResult(Verdict.MalformedCredential);
        }

        foreach (var token in tokens)
        {
            var verdict = await VerifyAsync(token!, delivery.ReceivedAt, secrets, cancellationToken);
            if (verdict != Verdict.Valid)
            {
                return new VerificationResult(verdict);
            }
        }

        return new VerificationResult(Verdict.Valid);
    }

    private async ValueTask<Verdict> VerifyAsync(string text, DateTimeOffset now, ISecretStore secrets, CancellationToken cancellationToken)
    {
        JsonWebToken token;
        try
        {
            token = Handler.ReadJsonWebToken(text);
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or JsonException or FormatException)
        {
            return Verdict.MalformedCredential;
        }

        var known = await keys.FindAsync(token.Kid, secrets, cancellationToken);
        return known.Count == 0 ? Verdict.NoSecret : await rules.CheckAsync(Handler, token, known, now);
    }
}
