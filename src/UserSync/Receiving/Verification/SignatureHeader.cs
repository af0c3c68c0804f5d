using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>Where a scheme's signatures stand, and how they are written.</summary>
internal sealed class SignatureHeader
{
    private readonly string header;
    private readonly string prefix;
    private readonly string? key;

    private SignatureHeader(string header, string prefix, string separator, string? key, BytesEncoding encoding)
    {
        this.header = header;
        this.prefix = prefix;
        Separator = separator;
        this.key = key;
        Encoding = encoding;
    }

    /// <summary>The settings that say where a signature is.</summary>
    internal static IReadOnlyList<string> SettingNames => ["header", "prefix", "separator", "key", "encoding"];

    /// <summary>What stands between the header's parts; empty where there is only one.</summary>
    internal string Separator { get; }

    /// <summary>How the signature is written.</summary>
    internal BytesEncoding Encoding { get; }

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

    /// <summary>Takes the signatures out of a delivery; <see cref="Verdict.Valid"/> where there is anything to compare with.</summary>
    internal Verdict Take(Delivery delivery, out SignatureReading reading)
    {
        reading = default;
        if (!delivery.Headers.TryGetValue(header, out var values) || HeaderValues.AreEmpty(values))
        {
            return Verdict.MissingCredential;
        }

        // A header that stands there twice could be read in two ways: it is not read at all.
        if (values is not [{ } value])
        {
            return Verdict.MalformedCredential;
        }

        reading = Read(value);
        Span<byte> room = reading.Room <= Encodings.MostOnStack ? stackalloc byte[reading.Room] : new byte[reading.Room];
        return reading.Decode(room).MoveNext() ? Verdict.Valid : Verdict.MalformedCredential;
    }

    /// <summary>What a value of the header holds.</summary>
    internal SignatureReading Read(string value) => new(this, value);

    /// <summary>Writes a signature as the sender does.</summary>
    internal void Put(DeliveryDraft draft, ReadOnlySpan<byte> signature, IEnumerable<string> otherParts)
    {
        var text = prefix + Encodings.Encode(signature, Encoding);
        draft.Headers[header] = key is null ? text : string.Join(Separator, otherParts.Append($"{key}={text}"));
    }

    /// <summary>The signature in a part of the header, not yet decoded; empty where it has none.</summary>
    internal ReadOnlySpan<char> SignatureIn(ReadOnlySpan<char> part)
    {
        var text = part;
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
}
