namespace Truto.Http;

/// <summary>One of the API's operations.</summary>
/// <param name="method">The HTTP method.</param>
/// <param name="template">The route with its placeholders, which is all that is ever shown of the URL.</param>
internal sealed class Operation(HttpMethod method, string template)
{
    public HttpMethod Method => method;

    public string Template => template;

    /// <summary>The method and the route template, for messages and telemetry.</summary>
    public string Name { get; } = $"{method} {template}";
}
