using System.Net;
using System.Text;

namespace Truto.Tests.Support;

/// <summary>A network that answers by a script, one line per attempt, the last line again and again.</summary>
internal sealed class Script(params Func<HttpResponseMessage>[] lines) : HttpMessageHandler
{
    private readonly List<Sent> sent = [];

    public IReadOnlyList<Sent> Sent => sent;

    public Sent Single => Assert.Single(sent);

    public static Func<HttpResponseMessage> Answer(int status, string? body = null, params (string Name, string Value)[] headers) => () =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = body is null ? new ByteArrayContent([]) : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    };

    public static Func<HttpResponseMessage> Throw(Exception exception) => () => throw exception;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var line = lines[Math.Min(sent.Count, lines.Length - 1)];
        sent.Add(new Sent(
            request.Method.Method,
            request.RequestUri!.PathAndQuery,
            request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken)));
        return line();
    }
}
