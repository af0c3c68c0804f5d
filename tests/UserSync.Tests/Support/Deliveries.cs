using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using UserSync.Receiving;
using UserSync.Receiving.Bodies;

namespace UserSync.Tests.Support;

/// <summary>Makes deliveries.</summary>
internal static class Deliveries
{
    internal const string Url = "https://hooks.example.com/in";

    internal static Delivery Of(
        string body = "{}",
        IEnumerable<(string Name, string Value)>? headers = null,
        IEnumerable<(string Name, string Value)>? query = null,
        string method = "POST",
        string url = Url,
        IBodyFormat? format = null,
        DateTimeOffset? receivedAt = null) => Of(Encoding.UTF8.GetBytes(body), headers, query, method, url, format, receivedAt);

    internal static Delivery Of(
        byte[] body,
        IEnumerable<(string Name, string Value)>? headers = null,
        IEnumerable<(string Name, string Value)>? query = null,
        string method = "POST",
        string url = Url,
        IBodyFormat? format = null,
        DateTimeOffset? receivedAt = null) => new(format ?? new JsonBody(64))
        {
            Source = "test",
            Method = method,
            Url = url,
            Headers = new HeaderDictionary(Grouped(headers, StringComparer.OrdinalIgnoreCase)),
            Query = new QueryCollection(Grouped(query, StringComparer.Ordinal)),
            Body = body,
            ReceivedAt = receivedAt ?? Now.Time,
        };

    private static Dictionary<string, StringValues> Grouped(IEnumerable<(string Name, string Value)>? pairs, StringComparer comparer)
    {
        var grouped = new Dictionary<string, StringValues>(comparer);
        foreach (var (name, value) in pairs ?? [])
        {
            grouped[name] = StringValues.Concat(grouped.GetValueOrDefault(name), value);
        }

        return grouped;
    }
}
