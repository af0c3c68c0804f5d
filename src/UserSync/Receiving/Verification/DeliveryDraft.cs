using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving.Verification;

/// <summary>A delivery that is being made, to be sent to this application.</summary>
public sealed class DeliveryDraft
{
    /// <summary>The method.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>The address, as the source would call it, without the query.</summary>
    public required string Url { get; init; }

    /// <summary>The headers.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The query, not yet encoded.</summary>
    public IDictionary<string, string> Query { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The body.</summary>
    public required ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The time at which it is signed.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>The address with its query.</summary>
    public string FullUrl => Url + QueryString.Create(Query.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));

    /// <summary>The delivery as a command that can be pasted into a shell.</summary>
    /// <param name="url">The address to send it to, without the query.</param>
    public string ToCurl(string url)
    {
        var command = new StringBuilder("curl");
        foreach (var (name, value) in Headers)
        {
            command.Append(" -H ").Append(Quote($"{name}: {value}"));
        }

        command.Append(" -d ").Append(Quote(Encoding.UTF8.GetString(Body.Span)));
        return command.Append(' ').Append(Quote(url + FullUrl[Url.Length..])).ToString();
    }

    /// <summary>The delivery as the receiver would see it.</summary>
    /// <param name="format">How it reads bodies; as JSON where nothing is said.</param>
    internal Delivery ToDelivery(IBodyFormat? format = null) => new(format ?? new JsonBody(64))
    {
        Source = string.Empty,
        Method = Method,
        Url = FullUrl,
        Headers = new HeaderDictionary(Headers.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value), StringComparer.OrdinalIgnoreCase)),
        Query = new QueryCollection(Query.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value), StringComparer.Ordinal)),
        Body = Body,
        ReceivedAt = SignedAt,
    };

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
