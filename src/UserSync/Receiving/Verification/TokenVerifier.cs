using System.Text.Json;
using Microsoft.Extensions.Primitives;
using UserSync.Configuration;
using UserSync.Receiving.Bodies;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>A fixed token that the sender puts into a header, the query, or the body; in a batch, into every item.</summary>
internal sealed class TokenVerifier : Verifier, ISigner
{
    private static readonly IReadOnlyDictionary<string, Place> Places = new Dictionary<string, Place>(StringComparer.Ordinal)
    {
        ["header"] = Place.Header,
        ["query"] = Place.Query,
        ["body"] = Place.Body,
    };

    private readonly Place place;
    private readonly string name;
    private readonly string prefix;
    private readonly BodyPath? path;

    private TokenVerifier(IReadOnlyList<string> secrets, Place place, string name, string prefix, BodyPath? path, bool isWeak)
    {
        Secrets = secrets;
        this.place = place;
        this.name = name;
        this.prefix = prefix;
        this.path = path;
        Weakness = isWeak ? $"{name} identifies the sender but is no secret: also restrict who can reach this address" : null;
    }

    private enum Place
    {
        Header,
        Query,
        Body,
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets { get; }

    /// <inheritdoc/>
    public override string? Weakness { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<BodyPath> BodyCredentials => path is null ? [] : [path];

    internal static TokenVerifier? Read(Setting settings, IReadOnlyList<string> secrets)
    {
        settings.ExpectObject("scheme", "secrets", "in", "name", "path", "prefix", "weak");
        var place = settings.Member("in").Choice(Places, Place.Header);
        var prefix = settings.Member("prefix").Text("Write what stands before the token, for example \"Bearer \"") ?? string.Empty;
        var isWeak = settings.Member("weak").Flag() ?? false;
        if (place != Place.Body)
        {
            const string Remedy = "Write the name of the header or the query parameter that carries the token";
            var name = place == Place.Header ? settings.Member("name").HeaderName(Remedy) : settings.Member("name").RequiredText(Remedy);
            return name is null ? null : new TokenVerifier(secrets, place, name, prefix, null, isWeak);
        }

        return BodyPathSetting.Read(settings.Member("path")) is { } path ? new TokenVerifier(secrets, place, path.Text, prefix, path, isWeak) : null;
    }

    /// <inheritdoc/>
    public override ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var tokens = TokensIn(delivery);
        if (tokens.Count == 0 || tokens.All(string.IsNullOrEmpty))
        {
            return ValueTask.FromResult(new VerificationResult(Verdict.MissingCredential));
        }

        if (tokens.Any(token => token is null || !token.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            return ValueTask.FromResult(new VerificationResult(Verdict.MalformedCredential));
        }

        return CompareAsync(tokens, secrets, cancellationToken);
    }

    /// <inheritdoc/>
    public bool RevealsSecret => true;

    /// <inheritdoc/>
    public void Sign(DeliveryDraft draft, string secret)
    {
        switch (place)
        {
            case Place.Header:
                draft.Headers[name] = prefix + secret;
                break;
            case Place.Query:
                draft.Query[name] = prefix + secret;
                break;
            default:
                draft.Body = path!.CopyWith(draft.Body, prefix + secret);
                break;
        }
    }

    /// <summary>Every token must be one of the secrets; a batch may hold items of several subscriptions, each with its own.</summary>
    private async ValueTask<VerificationResult> CompareAsync(IReadOnlyList<string?> tokens, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var known = await SecretMatch.ReadAsync(Secrets, secrets, cancellationToken);
        var all = true;
        string? matched = null;
        foreach (var token in tokens)
        {
            var fits = false;
            foreach (var secret in known)
            {
                if (ConstantTime.Equal(token.AsSpan(prefix.Length), secret))
                {
                    fits = true;
                    matched = secret;
                }
            }

            all &= fits;
        }

        return known.Count == 0 ? new VerificationResult(Verdict.NoSecret)
            : all ? new VerificationResult(Verdict.Valid, matched)
            : new VerificationResult(Verdict.Mismatch);
    }

    /// <summary>Every token that the delivery carries; one that could be read in two ways is not read at all.</summary>
    private IReadOnlyList<string?> TokensIn(Delivery delivery) => place switch
    {
        Place.Header => delivery.Headers.TryGetValue(name, out var values) ? Single(values) : [],
        Place.Query => delivery.Query.TryGetValue(name, out var values) ? Single(values) : [],
        _ => [.. path!.ValuesIn(delivery.Content.Root).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString() : null)],
    };

    private static IReadOnlyList<string?> Single(StringValues values) => values.Count == 1 ? [values[0]] : [null, .. values];
}
