using System.Net;
using System.Text;
using System.Text.Json;

namespace UserSync.Tests.Model;

/// <summary>A Truto that keeps what it is sent, and goes wrong in every way that a network and a server can.</summary>
internal sealed class ModelTruto(Scheduler scheduler, Random random, TimeProvider time) : HttpMessageHandler
{
    public const string Refused = "refused";

    /// <summary>A server does not begin work on a request any more when its caller has been gone for this long.</summary>
    private static readonly TimeSpan LongestInFlight = TimeSpan.FromSeconds(40);

    /// <summary>The users, by id, each with its fields as JSON texts.</summary>
    public Dictionary<string, Dictionary<string, string>> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>How likely a call goes wrong.</summary>
    public double FaultRate { get; set; }

    /// <summary>How many calls arrived.</summary>
    public int Calls { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(CancellationToken.None);
        var user = Uri.UnescapeDataString(request.RequestUri!.Segments[^1]);
        var sentAt = time.GetUtcNow();
        Calls++;
        var fault = random.NextDouble() < FaultRate ? random.Next(8) : -1;
        scheduler.Note($"call {user} {Encoding.UTF8.GetString(body)} fault {fault}");
        switch (fault)
        {
            case 0:
                return Answer(HttpStatusCode.TooManyRequests, """{"statusCode":429,"error":"Too Many Requests","message":"slow"}""", retryAfter: random.Next(0, 10));
            case 1:
                return Answer(HttpStatusCode.InternalServerError, """{"statusCode":500,"error":"Internal Server Error","message":"no"}""");
            case 2:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
            case 3:
                // Never answers, and may or may not have done its work.
                if (random.Next(2) == 0)
                {
                    Apply(user, body);
                }

                await HangAsync(cancellationToken);
                break;
            case 7:
                // Whoever asked hears at once that nobody answers, and the request goes on.
                scheduler.Start(() => ArriveAsync(user, body, sentAt));
                return random.Next(2) == 0
                    ? Answer(HttpStatusCode.GatewayTimeout, "<html>")
                    : throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }

        // The request is on its way; meanwhile everybody else goes on.
        await scheduler.StepAsync(mayCrash: true);
        if (time.GetUtcNow() - sentAt < LongestInFlight && !Apply(user, body))
        {
            return Answer(HttpStatusCode.UnprocessableEntity, """{"statusCode":422,"error":"Unprocessable Entity","message":"no","truto_is_remote_error":true,"raw_response":{}}""");
        }

        await scheduler.StepAsync(mayCrash: true);
        cancellationToken.ThrowIfCancellationRequested();
        return fault switch
        {
            // It was done, and the answer is lost.
            4 => throw new HttpRequestException("reset"),
            5 => Answer(HttpStatusCode.BadGateway, """{"statusCode":502,"error":"Bad Gateway","message":"no","truto_is_remote_error":true}"""),
            6 => Answer(HttpStatusCode.OK, "<html>"),
            _ => Answer(HttpStatusCode.OK, JsonSerializer.Serialize(new { id = user })),
        };
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string json, int? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (retryAfter is { } seconds)
        {
            response.Headers.Add("Retry-After", $"{seconds}");
        }

        return response;
    }

    private async Task HangAsync(CancellationToken cancellationToken)
    {
        await scheduler.StepAsync(() => cancellationToken.IsCancellationRequested);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task ArriveAsync(string user, byte[] body, DateTimeOffset sentAt)
    {
        var arrivesAt = sentAt + (LongestInFlight * random.NextDouble());
        await scheduler.StepAsync(() => time.GetUtcNow() >= arrivesAt, mayCrash: false);
        if (time.GetUtcNow() - sentAt < LongestInFlight)
        {
            Apply(user, body);
        }
    }

    /// <summary>Writes the fields, or refuses all of them where one is bad.</summary>
    private bool Apply(string user, byte[] body)
    {
        using var patch = JsonDocument.Parse(body);
        var fields = patch.RootElement.EnumerateObject()
            .SelectMany(member => member.Value.ValueKind == JsonValueKind.Object
                ? member.Value.EnumerateObject().Select(inner => ($"{member.Name}.{inner.Name}", inner.Value.GetRawText()))
                : [(member.Name, member.Value.GetRawText())])
            .ToList();
        if (fields.Exists(field => field.Item2.Contains(Refused, StringComparison.Ordinal)))
        {
            return false;
        }

        scheduler.Note($"applied {user} {Encoding.UTF8.GetString(body)}");
        if (!Users.TryGetValue(user, out var known))
        {
            Users[user] = known = new Dictionary<string, string>(StringComparer.Ordinal);
        }

        foreach (var (name, value) in fields)
        {
            known[name] = value;
        }

        return true;
    }
}
