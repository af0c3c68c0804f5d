using System.Globalization;
using UserSync.Configuration;
using UserSync.Expressions;

namespace UserSync.Receiving.Verification;

/// <summary>
/// How old a signed delivery may be, and how far ahead of our clock: without this, whoever sees one delivery can send it again for
/// ever.
/// </summary>
internal sealed class TimestampRule
{
    private const string FromHeader = "header:";
    private const string FromSignature = "sig:";

    private static readonly IReadOnlyDictionary<string, Format> Formats = new Dictionary<string, Format>(StringComparer.Ordinal)
    {
        ["seconds"] = Format.Seconds,
        ["milliseconds"] = Format.Milliseconds,
        ["iso8601"] = Format.Iso8601,
    };

    private readonly string? header;
    private readonly string? signaturePart;
    private readonly Format format;
    private readonly TimeSpan tolerance;

    private TimestampRule(string? header, string? signaturePart, Format format, TimeSpan tolerance)
    {
        this.header = header;
        this.signaturePart = signaturePart;
        this.format = format;
        this.tolerance = tolerance;
    }

    private enum Format
    {
        Seconds,
        Milliseconds,
        Iso8601,
    }

    internal static TimestampRule? Read(Setting settings)
    {
        const string Where = "Write header:NAME or sig:KEY, where KEY is a part of the signature's header";
        if (!settings.IsPresent || !settings.ExpectObject("from", "format", "tolerance"))
        {
            return null;
        }

        var from = settings.Member("from").RequiredText(Where);
        var format = settings.Member("format").Choice(Formats, Format.Seconds);
        var tolerance = TimeSpan.FromSeconds(settings.Member("tolerance").Integer(1, 7 * 24 * 3600) ?? 300);
        switch (from)
        {
            case null:
                return null;
            case var _ when from.StartsWith(FromHeader, StringComparison.Ordinal) && HeaderExpression.IsName(from.AsSpan(FromHeader.Length)):
                return new TimestampRule(from[FromHeader.Length..], null, format, tolerance);
            case var _ when from.StartsWith(FromSignature, StringComparison.Ordinal) && from.Length > FromSignature.Length:
                return new TimestampRule(null, from[FromSignature.Length..], format, tolerance);
            default:
                settings.Member("from").Error($"\"{from}\" is not a place in a delivery that has a signed time", Where);
                return null;
        }
    }

    /// <summary>Whether the time is a part of the signature's header.</summary>
    internal bool IsPart => signaturePart is not null;

    /// <summary>Whether the time is signed with the body.</summary>
    internal bool IsIn(SignedContent content) => header is null
        ? content.SignatureParts.Contains(signaturePart!, StringComparer.Ordinal)
        : content.Headers.Contains(header, StringComparer.OrdinalIgnoreCase);

    internal Verdict Check(Delivery delivery, SignatureReading reading)
    {
        if (!TryText(delivery, reading, out var text) || !TryParse(text.Trim(), out var signedAt))
        {
            return Verdict.MissingTimestamp;
        }

        return (delivery.ReceivedAt - signedAt).Duration() <= tolerance ? Verdict.Valid : Verdict.StaleTimestamp;
    }

    /// <summary>Writes the time as the sender does: into its header, or as the part of the signature's header that is returned.</summary>
    internal string? Put(DeliveryDraft draft)
    {
        var text = format switch
        {
            Format.Seconds => draft.SignedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            Format.Milliseconds => draft.SignedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            _ => draft.SignedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        if (header is null)
        {
            return $"{signaturePart}={text}";
        }

        draft.Headers[header] = text;
        return null;
    }

    private bool TryText(Delivery delivery, SignatureReading reading, out ReadOnlySpan<char> text)
    {
        if (header is null)
        {
            return reading.TryPart(signaturePart, out text);
        }

        var value = delivery.Headers[header] is [{ } only] ? only : null;
        text = value;
        return value is not null;
    }

    private bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (format == Format.Iso8601)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var milliseconds = format == Format.Milliseconds ? number : number <= long.MaxValue / 1000 ? number * 1000 : long.MaxValue;
        if (milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }
}
