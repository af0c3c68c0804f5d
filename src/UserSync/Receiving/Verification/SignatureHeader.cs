using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>Where a scheme's signatures stand, and how they are written.</summary>
internal sealed class SignatureHeader
{
    /// <summary>More signatures than any sender writes while it rotates its secrets.</summary>
    private const int MaxSignatures = 16;

    private readonly string header;
    private readonly string prefix;
    private readonly string separator;
    private readonly string? key;
    private readonly BytesEncoding encoding;

    private SignatureHeader(string header, string prefix, string separator, string? key, BytesEncoding encoding)
    {
        this.header = header;
        this.prefix = prefix;
        this.separator = separator;
        this.key = key;
        this.encoding = encoding;
    }

    /// <summary>The settings that say where a signature is.</summary>
    internal static IReadOnlyList<string> SettingNames => ["header", "prefix", "separator", "key", "encoding"];

    /// <summary>Whether the header is made of <c>key=value</c> parts.</summary>
    internal bool HasParts => key is not null;

    internal static SignatureHeader? Read(Setting settings)
    {
        var header = settings.Member("header").HeaderName("Write the name of the header that carries the signature");
        var separator = settings.Member("separator").Text("Write what stands between several signatures, for example \",\"");
        var key = settings.Member("key").Text("Write the key before the signature, for example \"v1\" in v1=…");
        var encoding = settings.Member("encoding").Choice(Encodings.Names, BytesEncoding.Hex);
        if (key is not null && separator is null)
        {
            settings.Member("separator").Error("it is missing", "Write what stands between the header's key=value parts, for example \",\"");
        }

        return header is null
            ? null
            : new SignatureHeader(header, settings.Member("prefix").Text("Write what stands before the signature") ?? string.Empty, separator ?? string.Empty, key, encoding);
    }

    /// <summary>Takes the signatures out of a delivery.</summary>
    internal Reading Take(Delivery delivery)
    {
        if (!delivery.Headers.TryGetValue(header, out var values) || values.All(string.IsNullOrEmpty))
        {
            return new Reading(Verdict.MissingCredential, [], []);
        }

        // A header that stands there twice could be read in two ways: it is not read at all.
        if (values is not [{ } value])
        {
            return new Reading(Verdict.MalformedCredential, [], []);
        }

        string[] parts = separator.Length == 0
            ? [value.Trim()]
            : value.Split(separator, MaxSignatures, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var signatures = new List<byte[]>();
        foreach (var part in parts)
        {
            var text = SignatureIn(part);
            if (!text.IsEmpty && Encodings.TryDecode(text, encoding, out var signature))
            {
                signatures.Add(signature);
            }
        }

        return new Reading(signatures.Count > 0 ? Verdict.Valid : Verdict.MalformedCredential, signatures, key is null ? [] : parts);
    }

    /// <summary>Writes a signature as the sender does.</summary>
    internal void Put(DeliveryDraft draft, ReadOnlySpan<byte> signature, IEnumerable<string> otherParts)
    {
        var text = prefix + Encodings.Encode(signature, encoding);
        draft.Headers[header] = key is null ? text : string.Join(separator, otherParts.Append($"{key}={text}"));
    }

    private ReadOnlySpan<char> SignatureIn(string part)
    {
        var text = part.AsSpan();
        if (key is not null)
        {
            // Split at the first equals sign: base64 ends in more of them.
            var equals = text.IndexOf('=');
            if (equals < 0 || !text[..equals].Trim().SequenceEqual(key))
            {
                return default;
            }

            text = text[(equals + 1)..].Trim();
        }

        return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : default;
    }

    /// <summary>What a delivery's header holds.</summary>
    /// <param name="Verdict">Whether there is anything to compare with.</param>
    /// <param name="Signatures">The decoded signatures.</param>
    /// <param name="Parts">The header's <c>key=value</c> parts.</param>
    internal readonly record struct Reading(Verdict Verdict, IReadOnlyList<byte[]> Signatures, IReadOnlyList<string> Parts)
    {
        /// <summary>Another part of the header, such as Stripe's <c>t</c>; <see langword="null"/> where it is missing.</summary>
        internal string? Part(string name)
        {
            foreach (var part in Parts)
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0 && part.AsSpan(0, equals).Trim().SequenceEqual(name))
                {
                    return part[(equals + 1)..].Trim();
                }
            }

            return null;
        }
    }
}
