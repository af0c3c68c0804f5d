namespace Truto.Tests.Support;

/// <summary>A handler that sends a copy in the place of each request, as those that sign or rewrite requests do.</summary>
internal sealed class Copying : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        foreach (var (key, value) in request.Options)
        {
            ((IDictionary<string, object?>)copy.Options)[key] = value;
        }

        return base.SendAsync(copy, cancellationToken);
    }
}
