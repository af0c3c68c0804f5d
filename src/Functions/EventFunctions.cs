using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using UserSync.Endpoints;

namespace Functions;

/// <summary>The operator's view of events. Answers hold personal data: they take a function key.</summary>
/// <param name="endpoint">Looks events up, and replays them.</param>
public sealed class EventFunctions(EventsEndpoint endpoint)
{
    /// <summary>Lists what became of events.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("ListEvents")]
    public Task<IResult> ListEventsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = EventsEndpoint.ListRoute)] HttpRequest request,
        CancellationToken cancellationToken) => endpoint.ListAsync(request, cancellationToken);

    /// <summary>Says what became of one event, with Truto's response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The name of the source, from the address.</param>
    /// <param name="id">The event's id, from the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("FindEvent")]
    public Task<IResult> FindEventAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = EventsEndpoint.FindRoute)] HttpRequest request,
        string source,
        string id,
        CancellationToken cancellationToken) => endpoint.FindAsync(source, id, cancellationToken);

    /// <summary>Replays one event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The name of the source, from the address.</param>
    /// <param name="id">The event's id, from the address.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("ReplayEvent")]
    public Task<IResult> ReplayEventAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = EventsEndpoint.ReplayRoute)] HttpRequest request,
        string source,
        string id,
        CancellationToken cancellationToken) => endpoint.ReplayAsync(request, source, id, cancellationToken);

    /// <summary>Replays many events.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("ReplayEvents")]
    public Task<IResult> ReplayEventsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = EventsEndpoint.ReplayManyRoute)] HttpRequest request,
        CancellationToken cancellationToken) => endpoint.ReplayManyAsync(request, cancellationToken);
}
