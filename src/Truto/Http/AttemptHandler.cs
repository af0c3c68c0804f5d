using Truto.Errors;

namespace Truto.Http;

/// <summary>One attempt of a call, inside the retries: counts it, and turns whatever is no success into its cause.</summary>
internal sealed class AttemptHandler(TrutoOptions options, TimeProvider time) : DelegatingHandler
{
    /// <summary>Sends a request as if this handler were not there.</summary>
    public Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (LogicalCall.Of(request) is not { } call)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        call.Attempts++;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            return await Attempt.JudgeAsync(call, response, options, time, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // An aborted read may surface as a broken connection; the deadline that aborted it is the cause.
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure.Connection(call, exception);
        }
    }
}
