namespace Truto.Tests.Support;

/// <summary>A handler that tells of each request on its way.</summary>
internal sealed class Passing(Action passes) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        passes();
        return base.SendAsync(request, cancellationToken);
    }
}
