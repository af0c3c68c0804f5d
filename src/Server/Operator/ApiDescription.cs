namespace Server.Operator;

/// <summary>
/// The description of the operator's requests in OpenAPI: <c>docs/openapi.json</c>, which is made from the routes by the tests, so that no
/// server has to make it.
/// </summary>
internal static class ApiDescription
{
    /// <summary>The route.</summary>
    internal const string Route = "openapi.json";

    /// <summary>The description.</summary>
    internal static IResult Read() =>
        Results.Stream(typeof(ApiDescription).Assembly.GetManifestResourceStream(Route)!, "application/json; charset=utf-8");
}
