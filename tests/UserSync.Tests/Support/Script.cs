using System.Net;
using System.Text;

namespace UserSync.Tests.Support;

/// <summary>A network that answers by a script, one line per request, the last line again and again.</summary>
internal sealed class Script(params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] lines) : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly List<Sent> sent = [];

    internal IReadOnlyList<Sent> Sent
    {
        get
        {
            lock (gate)
            {
                return [.. sent];
            }
        }
    }

    /// <summary>A header of each request.</summary>
    internal IEnumerable<string?> Conditions(string header) => Sent.Select(sent => sent.Headers.GetValueOrDefault(header));

    internal static Func<HttpRequestMessage, Task<HttpResponseMessage>> Answer(int status, string? body = null, params (string Name, string Value)[] headers) => _ =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = body is null ? new ByteArrayContent([]) : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Task.FromResult(response);
    };

    internal static Func<HttpRequestMessage, Task<HttpResponseMessage>> Throw(Exception exception) => _ => Task.FromException<HttpResponseMessage>(exception);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        Func<HttpRequestMessage, Task<HttpResponseMessage>> line;
        lock (gate)
        {
            line = lines[Math.Min(sent.Count, lines.Length - 1)];
            sent.Add(new Sent(request.Method.Method, request.RequestUri!, request.Headers.Authorization?.Parameter, body)
            {
                Headers = request.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            });
        }

        return await line(request).WaitAsync(cancellationToken);
    }
}
