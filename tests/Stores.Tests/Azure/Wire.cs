using System.Collections.Concurrent;
using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Stores.Tests.Azure;

/// <summary>The wire between the clients and Azurite: knows what went over it, and can break.</summary>
internal sealed class Wire() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly ConcurrentQueue<(HttpMethod Method, Uri Address)> requests = new();

    /// <summary>What was asked, repetitions included.</summary>
    public IReadOnlyCollection<(HttpMethod Method, Uri Address)> Requests => requests;

    /// <summary>Whether the service is too busy for a request.</summary>
    public Func<HttpRequestMessage, bool> IsBusy { get; set; } = _ => false;

    /// <summary>Whether the answer to a request is lost, after the service has done what it was asked.</summary>
    public Func<HttpRequestMessage, bool> IsAnswerLost { get; set; } = _ => false;

    /// <summary>What a service that is too busy answers.</summary>
    public HttpStatusCode BusyStatus { get; set; } = HttpStatusCode.ServiceUnavailable;

    /// <summary>Changes a request before it goes, and its answer before it arrives.</summary>
    public Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, CancellationToken, Task<HttpResponseMessage>> Between { get; set; } =
        (_, send, _) => send();

    /// <summary>How often something was asked, repetitions included.</summary>
    public int Count(HttpMethod method, Func<string, bool> isPath) =>
        requests.Count(request => request.Method == method && isPath(request.Address.AbsolutePath));

    /// <summary>Puts the wire below a client, which repeats without waiting.</summary>
    public void Connect(ClientOptions options)
    {
        options.Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false));
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(2);
    }

    /// <summary>Holds for the first request that fits, and for none after it.</summary>
    public static Func<HttpRequestMessage, bool> Once(Func<HttpRequestMessage, bool> fits)
    {
        var done = 0;
        return request => fits(request) && Interlocked.Exchange(ref done, 1) == 0;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        requests.Enqueue((request.Method, request.RequestUri!));
        if (IsBusy(request))
        {
            var busy = new HttpResponseMessage(BusyStatus) { RequestMessage = request };
            busy.Content = new StringContent("ada@example.com is busy");
            busy.Headers.Add("x-ms-error-code", "ServerBusy");
            busy.Headers.Add("x-ms-request-id", "request-1");
            return busy;
        }

        var response = await Between(request, () => base.SendAsync(request, cancellationToken), cancellationToken);
        if (IsAnswerLost(request))
        {
            response.Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }

        return response;
    }
}
