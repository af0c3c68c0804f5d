using System.Net;
using System.Text;
using UserSync.Fetching;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>A source system with a token address: tokens are numbered, and each record is the token that it was read with.</summary>
internal sealed class TokenNetwork(TimeProvider time) : HttpMessageHandler
{
    private int given;
    private int seconds;

    internal int TokensGiven => Volatile.Read(ref given);

    /// <summary>How many seconds it says that a token holds, as JSON; nothing where it is empty.</summary>
    internal string ExpiresIn { get; init; } = "3600";

    /// <summary>A token that the source system does not take any more.</summary>
    internal string? Refused { get; init; }

    /// <summary>What the token address waits for.</summary>
    internal TaskCompletionSource? Hold { get; init; }

    /// <summary>The token that the record of a user is read with.</summary>
    internal async Task<string?> TokenOfAsync(RecordFetcher fetcher, Source source, string id)
    {
        // Received just now, so that no kept record serves it.
        var change = source.EventIn($$"""{ "id": "{{id}}-{{Interlocked.Increment(ref seconds)}}" }""") with { ReceivedAt = time.GetUtcNow() };
        var result = await fetcher.FetchAsync(source, change, TestContext.Current.CancellationToken);
        return result.Record?.Data.GetProperty("token").GetString();
    }

    /// <summary>The next token that is not this one, as soon as it is there.</summary>
    internal async Task<string?> OtherTokenAsync(RecordFetcher fetcher, Source source, string token)
    {
        for (var left = 2000; left > 0; left--)
        {
            if (await TokenOfAsync(fetcher, source, "next") is { } next && next != token)
            {
                return next;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return token;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath == "/token")
        {
            await (Hold?.Task ?? Task.CompletedTask);
            var lifetime = ExpiresIn.Length > 0 ? $", \"expires_in\": {ExpiresIn}" : string.Empty;
            return Json($$"""{ "access_token": "token-{{Interlocked.Increment(ref given)}}"{{lifetime}} }""");
        }

        var token = request.Headers.Authorization?.Parameter;
        return token == Refused ? new HttpResponseMessage(HttpStatusCode.Unauthorized) : Json($$"""{ "token": "{{token}}" }""");
    }

    private static HttpResponseMessage Json(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
