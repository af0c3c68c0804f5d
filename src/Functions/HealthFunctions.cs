using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using UserSync.Endpoints;

namespace Functions;

/// <summary>
/// Whether the app can work. The host checks keys and does not say whether one was shown, so details have an address of their own.
/// </summary>
/// <param name="endpoint">Looks.</param>
public sealed class HealthFunctions(HealthEndpoint endpoint)
{
    /// <summary>Says yes or no, to anybody.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Function("Health")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = HealthEndpoint.Route)] HttpRequest request,
        CancellationToken cancellationToken) => endpoint.HandleAsync(showDetails: false, cancellationToken);

    /// <summary>Says also how much is waiting, and what this instance has done.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Function("HealthDetails")]
    public Task<IResult> HealthDetailsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = HealthEndpoint.Route + "/details")] HttpRequest request,
        CancellationToken cancellationToken) => endpoint.HandleAsync(showDetails: true, cancellationToken);
}
