using System.Text.Json;
using Microsoft.Extensions.Primitives;
using UserSync.Configuration;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving.Verification;

/// <summary>A fixed token that the sender puts into a header, the query, or the body; in a batch, into every item.</summary>
internal sealed class TokenVerifier : CredentialVerifier<StringValues>, ISigner
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
        : base(secrets)
    {
        this.place = place;
        this.name = name;
        this.prefix = prefix;
        this.path = path;
        BodyCredentials = path is null ? [] : [path];
        Weakness = isWeak ? $"{name} identifies the sender but is no secret: also restrict who can reach this address" : null;
    }

    private enum Place
    {
        Header,
        Query,
        Body,
    }

    /// <inheritdoc/>
    public override string? Weakness { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<BodyPath> BodyCredentials { get; }

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

    private protected override Verdict Take(Delivery delivery, out StringValues credential)
    {
        credential = TokensIn(delivery);
        if (HeaderValues.AreEmpty(credential))
        {
            return Verdict.MissingCredential;
        }

        // A token that stands in a header or in the query twice could be read in two ways: it is not read at all.
        if (place != Place.Body && credential.Count > 1)
        {
            return Verdict.MalformedCredential;
        }

        for (var i = 0; i < credential.Count; i++)
        {
            if (credential[i] is not { } token || !token.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return Verdict.MalformedCredential;
            }
        }

        return Verdict.Valid;
    }

    /// <summary>Every token must be one of the secrets; a batch may hold items of several subscriptions, each with its own.</summary>
    private protected override VerificationResult Compare(Delivery delivery, StringValues credential, IReadOnlyList<string> known)
    {
        var all = true;
        string? matched = null;
        for (var i = 0; i < credential.Count; i++)
        {
            var fits = false;
            for (var j = 0; j < known.Count; j++)
            {
                if (ConstantTime.Equal(credential[i].AsSpan(prefix.Length), known[j]))
                {
                    fits = true;
                    matched = known[j];
                }
            }

            all &= fits;
        }

        return all ? new VerificationResult(Verdict.Valid, matched) : new VerificationResult(Verdict.Mismatch);
    }

    /// <summary>Every token that the delivery carries.</summary>
    private StringValues TokensIn(Delivery delivery)
    {
        switch (place)
        {
            case Place.Header:
                return delivery.Headers.TryGetValue(name, out var inHeader) ? inHeader : default;
            case Place.Query:
                return delivery.Query.TryGetValue(name, out var inQuery) ? inQuery : default;
            default:
                return path!.ValuesIn(delivery.Content.Root)
                    .Select(value => value.ValueKind == JsonValueKind.String ? value.GetString() : null).ToArray();
        }
    }
}
