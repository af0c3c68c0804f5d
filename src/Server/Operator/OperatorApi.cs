using UserSync.Endpoints;
using UserSync.Endpoints.Answers;

namespace Server.Operator;

/// <summary>The operator's requests: what became of events, replay, health. Each says what it takes and answers.</summary>
internal static class OperatorApi
{
    private const string Problem = "application/problem+json";

    /// <summary>Maps the requests that only the operator may make.</summary>
    /// <param name="operators">The routes that only the operator gets through.</param>
    internal static void MapEvents(this RouteGroupBuilder operators)
    {
        operators.MapGet(EventsEndpoint.ListRoute, (HttpRequest request, EventsEndpoint endpoint, CancellationToken cancellationToken) => endpoint.ListAsync(request, cancellationToken))
            .Describe("listEvents", "List what became of events, the latest first", "source", "status", "user", "since", "cursor", "limit")
            .Produces<EventPageAnswer>()
            .Produces<ProblemAnswer>(StatusCodes.Status400BadRequest, Problem);
        operators.MapGet(
                EventsEndpoint.FindRoute,
                (string source, string id, EventsEndpoint endpoint, CancellationToken cancellationToken) => endpoint.FindAsync(source, id, cancellationToken))
            .Describe("findEvent", "Say what became of one event, with the update that carried it and Truto's response")
            .Produces<EventAnswer>()
            .Produces<ProblemAnswer>(StatusCodes.Status404NotFound, Problem);
        operators.MapPost(
                EventsEndpoint.ReplayRoute,
                (HttpRequest request, string source, string id, EventsEndpoint endpoint, CancellationToken cancellationToken) =>
                    endpoint.ReplayAsync(request, source, id, cancellationToken))
            .Describe("replayEvent", "Put one event on the queue again, or say what that would do", "dryRun")
            .Produces<ForecastAnswer>()
            .Produces<ReplayAnswer>(StatusCodes.Status202Accepted)
            .Produces<ProblemAnswer>(StatusCodes.Status400BadRequest, Problem)
            .Produces<ProblemAnswer>(StatusCodes.Status404NotFound, Problem)
            .Produces<ProblemAnswer>(StatusCodes.Status409Conflict, Problem);
        operators.MapPost(
                EventsEndpoint.ReplayManyRoute,
                (HttpRequest request, EventsEndpoint endpoint, CancellationToken cancellationToken) => endpoint.ReplayManyAsync(request, cancellationToken))
            .Describe(
                "replayEvents", "Put a page of events on the queue again, or say what that would do", "status", "source", "user", "since", "cursor", "limit", "dryRun")
            .Produces<ForecastPageAnswer>()
            .Produces<ReplayAnswer>(StatusCodes.Status202Accepted)
            .Produces<ProblemAnswer>(StatusCodes.Status400BadRequest, Problem);
    }

    /// <summary>Says what a route answers about health, with and without details.</summary>
    /// <param name="route">The route.</param>
    internal static void DescribeHealth(this RouteHandlerBuilder route) => route
        .Describe("health", "Say whether this instance can work; with the operator's key, how it is getting on")
        .Produces<HealthAnswer>()
        .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary, params string[] query) =>
        route.WithName(name).WithTags("Operator").WithSummary(summary).WithMetadata(new QueryMetadata(query));
}
