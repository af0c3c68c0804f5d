using UserSync.Outcomes;

namespace UserSync.Fetching;

/// <summary>Sends requests to source systems, over connections that go only where they may.</summary>
/// <param name="http">Makes the clients.</param>
internal sealed class FetchClients(IHttpClientFactory http)
{
    /// <summary>The client for source systems in the internet.</summary>
    internal const string Public = "fetch";

    /// <summary>The client for source systems in private networks. One of its own, because connections are kept and shared.</summary>
    internal const string Private = "fetch-private";

    /// <summary>Sends a request, and returns when the headers of the answer are there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="allowsPrivate">Whether it may go to private networks.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var client = http.CreateClient(allowsPrivate ? Private : Public);
        client.Timeout = Timeout.InfiniteTimeSpan;
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>What an exception means; <see langword="null"/> for one that nobody expects.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="deadline">What ends requests that take too long.</param>
    internal static Failure? FailureOf(Exception exception, CancellationToken deadline) => exception switch
    {
        OperationCanceledException => FetchFailure.TimedOut(),

        // A read that was broken off may look like a broken connection.
        HttpRequestException or IOException when deadline.IsCancellationRequested => FetchFailure.TimedOut(),
        HttpRequestException { InnerException: AddressRefusedException } or AddressRefusedException => FetchFailure.AddressRefused(),
        InvalidDataException => FetchFailure.Unusable("it was not compressed as it says"),
        HttpRequestException or IOException => FetchFailure.Unreachable(),
        _ => null,
    };
}
