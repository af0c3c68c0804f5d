using Microsoft.Extensions.Http.Resilience;

namespace Truto.Http;

/// <summary>
/// Sends a call that may not be repeated past the retries: what they keep for another attempt costs more than the rest of the call. The
/// transport counts and judges such an attempt, and sees to its deadline. Stands before the handler of the retries, which is followed
/// by that of the attempts.
/// </summary>
internal sealed class SingleAttemptHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request is CallRequest { Call.IsSingle: true } && InnerHandler is ResilienceHandler { InnerHandler: AttemptHandler attempts }
            ? attempts.PassAsync(request, cancellationToken)
            : base.SendAsync(request, cancellationToken);
}
