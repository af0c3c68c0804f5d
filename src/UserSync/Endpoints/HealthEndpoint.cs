using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UserSync.Sources;

namespace UserSync.Endpoints;

/// <summary>Says whether this instance can work, without a detail that would help an attacker.</summary>
/// <param name="sources">The configured sources.</param>
public sealed class HealthEndpoint(SourceCatalog sources)
{
    /// <summary>The route, below the hosts' common prefix <c>api</c>.</summary>
    public const string Route = "health";

    /// <summary>Answers 200 where every source runs, 503 where one does not.</summary>
    public IResult Handle() => new Health(sources.All.Count(), sources.Findings.Errors.Any());

    private sealed class Health(int running, bool hasErrors) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = hasErrors ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.Headers.CacheControl = "no-store";
            await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter);
            writer.WriteStartObject();
            writer.WriteString("status", hasErrors ? "unready" : "ready");
            writer.WriteNumber("sources", running);
            writer.WriteEndObject();
        }
    }
}
