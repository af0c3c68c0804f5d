using System.Text;

namespace Server.Tests.Support;

/// <summary>A recorded delivery with something else in place of its body, its headers or its query.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Body">Another body.</param>
/// <param name="Headers">Other headers.</param>
/// <param name="Query">Another query.</param>
internal sealed record Variation(RecordedDelivery Delivery, byte[]? Body = null, IReadOnlyDictionary<string, string>? Headers = null, string? Query = null)
{
    /// <summary>The name of the header that carries the credential or the signature; <see langword="null"/> where none does.</summary>
    public static string? CredentialHeader(RecordedDelivery delivery) => (delivery.SchemeType, PlaceOf(delivery)) switch
    {
        ("hmac" or "signature" or "digest", _) => delivery.Scheme.GetProperty("header").GetString(),
        ("basic", _) => "Authorization",
        ("token", "header") => delivery.Scheme.GetProperty("name").GetString(),
        _ => null,
    };

    /// <summary>The part of the delivery that proves where it comes from.</summary>
    public static string Credential(RecordedDelivery delivery) => CredentialHeader(delivery) switch
    {
        { } header when delivery.SchemeType is "basic" => delivery.Headers[header]["Basic ".Length..],
        { } header when delivery.SchemeType is "token" => delivery.Headers[header][delivery.Scheme.GetProperty("prefix").GetString()!.Length..],
        { } header => delivery.Headers[header],
        null when delivery.SchemeType is "token" => delivery.Secret!,
        _ => throw new ArgumentException($"{delivery} carries no credential.", nameof(delivery)),
    };

    /// <summary>The delivery with another credential; without one where it is <see langword="null"/>.</summary>
    public static Variation WithCredential(RecordedDelivery delivery, string? credential)
    {
        if (CredentialHeader(delivery) is { } header)
        {
            var headers = new Dictionary<string, string>(delivery.Headers, StringComparer.OrdinalIgnoreCase);
            headers.Remove(header);
            if (credential is not null)
            {
                headers[header] = delivery.Headers[header].Replace(Credential(delivery), credential, StringComparison.Ordinal);
            }

            return new Variation(delivery, Headers: headers);
        }

        if (PlaceOf(delivery) == "query")
        {
            return new Variation(delivery, Query: credential is null ? string.Empty : $"?{delivery.Scheme.GetProperty("name").GetString()}={Uri.EscapeDataString(credential)}");
        }

        // Of several items in the body, only the first gets the other credential.
        var body = Encoding.UTF8.GetString(delivery.Body);
        var at = body.IndexOf(delivery.Secret!, StringComparison.Ordinal);
        return new Variation(delivery, Body: Encoding.UTF8.GetBytes(body[..at] + credential + body[(at + delivery.Secret!.Length)..]));
    }

    /// <summary>Every way to change one character of a text.</summary>
    public static IEnumerable<string> OneCharacterOff(string text) =>
        Enumerable.Range(0, text.Length).Select(i => $"{text[..i]}{(char)(text[i] ^ 1)}{text[(i + 1)..]}");

    private static string? PlaceOf(RecordedDelivery delivery) => delivery.Scheme.TryGetProperty("in", out var place) ? place.GetString() : null;
}
