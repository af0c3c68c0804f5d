using System.Text;

namespace Server.Tests.Support;

/// <summary>A recorded delivery with something else in place of its body, its headers or its query.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Body">Another body.</param>
/// <param name="Headers">Other headers.</param>
/// <param name="Query">Another query.</param>
internal sealed record Variation(
    RecordedDelivery Delivery, byte[]? Body = null, IReadOnlyDictionary<string, string>? Headers = null, string? Query = null)
{
    /// <summary>The name of the header that carries the credential or the signature; <see langword="null"/> where none does.</summary>
    public static string? CredentialHeader(RecordedDelivery delivery) => (delivery.SchemeType, Setting(delivery, "in")) switch
    {
        ("hmac" or "signature" or "digest", _) => Setting(delivery, "header"),
        ("basic", _) => "Authorization",
        ("token", "header") => Setting(delivery, "name"),
        _ => null,
    };

    /// <summary>The part of the delivery that proves where it comes from.</summary>
    public static string Credential(RecordedDelivery delivery) => CredentialHeader(delivery) switch
    {
        { } header when delivery.SchemeType is "basic" => delivery.Headers[header]["Basic ".Length..],
        { } header when delivery.SchemeType is "token" => delivery.Headers[header][Setting(delivery, "prefix")!.Length..],
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

        if (Setting(delivery, "in") == "query")
        {
            var query = credential is null ? string.Empty : $"?{Setting(delivery, "name")}={Uri.EscapeDataString(credential)}";
            return new Variation(delivery, Query: query);
        }

        // Of several items in the body, only the first gets the other credential.
        var at = delivery.Text.IndexOf(delivery.Secret!, StringComparison.Ordinal);
        var body = delivery.Text[..at] + credential + delivery.Text[(at + delivery.Secret!.Length)..];
        return new Variation(delivery, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Every way to change one character of a text.</summary>
    public static IEnumerable<string> OneCharacterOff(string text) =>
        Enumerable.Range(0, text.Length).Select(i => $"{text[..i]}{(char)(text[i] ^ 1)}{text[(i + 1)..]}");

    private static string? Setting(RecordedDelivery delivery, string name) =>
        delivery.Scheme.TryGetProperty(name, out var setting) ? setting.GetString() : null;
}
