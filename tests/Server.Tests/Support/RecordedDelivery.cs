using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using UserSync.Receiving;
using UserSync.Sources;

namespace Server.Tests.Support;

/// <summary>One delivery as its vendor sends it, or a published signature vector in the form of one.</summary>
internal sealed class RecordedDelivery
{
    private readonly JsonElement json;

    private RecordedDelivery(string name, JsonElement json)
    {
        this.json = json;
        Name = name;
        Headers = json.GetProperty("headers").EnumerateObject()
            .Where(header => header.Name != "Content-Length")
            .ToDictionary(header => header.Name, header => header.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
        Body = Encoding.UTF8.GetBytes(json.GetProperty("body_raw").GetString()!);
        ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(json.GetProperty("receiver_clock_unix").GetInt64());
        Url = new Uri(json.GetProperty("url").GetString()!);
    }

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Deliveries");

    public static IReadOnlyList<RecordedDelivery> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "recorded"), "*.json")
            .Select(file => new RecordedDelivery(Path.GetFileNameWithoutExtension(file), Read(file)))
            .OrderBy(delivery => delivery.Name, StringComparer.Ordinal),
    ];

    /// <summary>The name of the file.</summary>
    public string Name { get; }

    /// <summary>The name of the source that takes it: file names of sources hold no dots.</summary>
    public string Source => Name.Replace('.', '-');

    /// <summary>The method; what is pulled arrives here as a POST of whoever pulls it.</summary>
    public string Method => json.GetProperty("method").GetString() is "PULL" ? "POST" : json.GetProperty("method").GetString()!;

    public Uri Url { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public byte[] Body { get; }

    public string Text => Encoding.UTF8.GetString(Body);

    public DateTimeOffset ReceivedAt { get; }

    /// <summary>How the vendor proves that the delivery is its own: the words of the recording, not those of the product.</summary>
    public JsonElement Scheme => json.GetProperty("scheme");

    public string SchemeType => Scheme.GetProperty("type").GetString()!;

    /// <summary>Where the recording came from.</summary>
    public string Origin => json.GetProperty("source").GetString()!;

    /// <summary>The secret as the product's secret store holds it; <see langword="null"/> where there is none.</summary>
    public string? Secret => json.GetProperty("secret") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } parts when parts.TryGetProperty("username", out var user) =>
            $"{user.GetString()}:{parts.GetProperty("password").GetString()}",
        { ValueKind: JsonValueKind.Object } parts => parts.GetProperty("jwks").GetRawText(),
        _ => null,
    };

    /// <summary>Whether somebody signed the body, or a part of it.</summary>
    public bool IsSigned => SchemeType is "hmac" or "signature" or "digest" or "jwt";

    /// <summary>How far the time of signing may be from the receiver's clock; <see langword="null"/> where none is signed.</summary>
    public TimeSpan? Tolerance => IsSigned && Scheme.TryGetProperty("timestamp", out var rule) && rule.ValueKind == JsonValueKind.Object
        ? TimeSpan.FromSeconds(rule.GetProperty("tolerance_s").GetInt32())
        : null;

    public static RecordedDelivery Find(string name) => All.Single(delivery => delivery.Name == name);

    /// <summary>The names of some of the deliveries, as rows of a theory.</summary>
    public static TheoryData<string> Names(Func<RecordedDelivery, bool> fits) => [.. All.Where(fits).Select(delivery => delivery.Name)];

    public static JsonElement Read(string file) => JsonElement.Parse(File.ReadAllBytes(file));

    /// <summary>The values of every secret that the sources of all deliveries name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Secrets() => All
        .Select(delivery => KeyValuePair.Create($"{delivery.Source}-secret", delivery.Secret ?? "a-secret-of-this-source"))
        .Append(KeyValuePair.Create("secevent-scim-bearer", Find("secevent-scim").Headers["Authorization"]["Bearer ".Length..]));

    /// <summary>The delivery's headers, one of them with another value.</summary>
    public Dictionary<string, string> HeadersWith(string name, string value) =>
        new(Headers, StringComparer.OrdinalIgnoreCase) { [name] = value };

    /// <summary>The delivery as the product sees it, or a variation of it.</summary>
    public Delivery ToDelivery(
        Source source, byte[]? body = null, IReadOnlyDictionary<string, string>? headers = null, string? query = null) =>
        new(source.Events.Format)
        {
            Source = source.Name,
            Method = Method,
            Url = Url.GetLeftPart(UriPartial.Path) + (query ?? Url.Query),
            Headers = new HeaderDictionary((headers ?? Headers)
                .ToDictionary(header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase)),
            Query = new QueryCollection(QueryHelpers.ParseQuery(query ?? Url.Query)),
            Body = body ?? Body,
            ReceivedAt = ReceivedAt,
        };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Body.Length} bytes)");
}
