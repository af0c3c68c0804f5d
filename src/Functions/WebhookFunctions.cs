using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using UserSync.Endpoints;

namespace Functions;

/// <summary>The door. Anybody may knock: a delivery's signature is its key.</summary>
/// <param name="endpoint">Takes deliveries in.</param>
public sealed class WebhookFunctions(WebhookEndpoint endpoint)
{
    /// <summary>Takes one delivery, or answers what its sender asks first.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The name of the source, from the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("ReceiveDelivery")]
    public Task<IResult> ReceiveDeliveryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "options", Route = WebhookEndpoint.Route)] HttpRequest request,
        string source,
        CancellationToken cancellationToken) => endpoint.HandleAsync(request, source, cancellationToken).AsTask();
}
