using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Truto.Sandbox.Json;
using Truto.Sandbox.Providers;

namespace Truto.Sandbox.Unified;

/// <summary>
/// Error answers, in the shape that Truto documents: <c>statusCode</c>, <c>error</c> and <c>message</c> always; a provider's error
/// also says so and carries the provider's body; <c>truto_error_insight</c> explains some of them. The messages are the sandbox's.
/// </summary>
internal static class Refusals
{
    private const int TrutoRetryAfter = 10;

    public static Answer UnknownRoute { get; } = Local(404, "Route not found");

    public static Answer MethodNotAllowed { get; } = Local(405, "The method is not supported on this route");

    public static Answer Unauthorized { get; } = Local(401, "The API token is missing or not valid");

    public static Answer UnknownAccount { get; } = Local(404, "Integrated account not found");

    public static Answer Blocked { get; } = Local(503, "The integrated account is blocked");

    public static Answer ReadOnly { get; } = Local(405, "Sandbox accounts are read-only");

    public static Answer Failed { get; } = Local(500, "An unexpected error occurred");

    public static Answer BodyTooLong { get; } = Local(413, "The request body exceeds 1 MiB");

    public static Answer NotJson { get; } = Local(415, "The content type must be application/json");

    public static Answer TokenLimit { get; } = Local(429, "Too many requests with this API token") with { RetryAfter = TrutoRetryAfter };

    public static Answer AccountLimit { get; } =
        Local(429, "Too many requests for this integrated account") with { RetryAfter = TrutoRetryAfter };

    public static Answer MissingAccount { get; } = Local(400, "integrated_account_id is required", static json =>
        WriteInsights(json, static json => WriteInsight(
            json, "missing_required_query_parameters", "Query parameters that are missing in the request", ["integrated_account_id"])));

    /// <summary>A 502 whose body did not parse as JSON and therefore is text.</summary>
    public static Answer BadGateway { get; } =
        Remote(502, "Bad Gateway", static json => json.WriteStringValue("<html><head><title>502 Bad Gateway</title></head></html>"));

    /// <summary>A 504 whose body was empty, so that no message was found in it.</summary>
    public static Answer GatewayTimeout { get; } = Remote(504, string.Empty, static json => json.WriteStringValue(string.Empty));

    public static Answer BadRequest(string message) => Local(400, message);

    /// <param name="failures">What is wrong with each field.</param>
    public static Answer InvalidFields(IReadOnlyList<(string Field, string Message)> failures) =>
        Local(400, $"{failures[0].Field} {failures[0].Message}", json =>
        {
            json.WriteStartObject("details");
            json.WriteStartArray("failures");
            foreach (var (field, message) in failures)
            {
                json.WriteStartObject();
                json.WriteString("field", field);
                json.WriteString("message", message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    public static Answer MissingFields(IReadOnlyList<string> fields) =>
        Local(400, $"{string.Join(", ", fields)} {(fields.Count == 1 ? "is" : "are")} required", json =>
            WriteInsights(json, json => WriteInsight(
                json, "missing_required_body_fields", "Body fields that are missing in the request", fields)));

    /// <summary>A refusal of the provider, in its own words.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="problem">Why it refuses.</param>
    /// <param name="missingScopes">The scopes that a 403 names.</param>
    public static Answer Provider(ProviderShape provider, ProviderProblem problem, IReadOnlyList<string>? missingScopes = null) =>
        Remote(problem.Status, problem.Message, json => provider.WriteProblem(json, problem), json =>
        {
            if (problem.Kind == ProviderProblemKind.RateLimited)
                WriteInsight(json, "rate_limit_error", "The provider's rate limit is exceeded");
            if (missingScopes is not null)
                WriteMissingScopes(json, missingScopes);
        });

    private static Answer Local(int status, string message, Action<Utf8JsonWriter>? writeFurther = null) =>
        Error(status, message, writeFurther);

    private static Answer Remote(
        int status,
        string message,
        Action<Utf8JsonWriter> writeRaw,
        Action<Utf8JsonWriter>? writeFurther = null) =>
        Error(status, message, json =>
        {
            json.WriteBoolean("truto_is_remote_error", true);
            json.WritePropertyName("raw_response");
            writeRaw(json);
            WriteInsights(json, json =>
            {
                WriteInsight(json, "remote_error", "The error comes from the provider");
                writeFurther?.Invoke(json);
            });
        });

    private static Answer Error(int status, string message, Action<Utf8JsonWriter>? writeFurther) =>
        new(status, Answer.Json, JsonText.Write((status, message, writeFurther), static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteNumber("statusCode", error.status);
            json.WriteString("error", ReasonPhrases.GetReasonPhrase(error.status));
            json.WriteString("message", error.message);
            error.writeFurther?.Invoke(json);
            json.WriteEndObject();
        }));

    private static void WriteInsights(Utf8JsonWriter json, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject("truto_error_insight");
        write(json);
        json.WriteEndObject();
    }

    private static void WriteInsight(Utf8JsonWriter json, string key, string description, IReadOnlyList<string>? values = null)
    {
        json.WriteStartObject(key);
        json.WriteString("description", description);
        if (values is not null)
            json.WriteStrings("value", values);
        json.WriteEndObject();
    }

    private static void WriteMissingScopes(Utf8JsonWriter json, IReadOnlyList<string> scopes)
    {
        json.WriteStartObject("forbidden_error");
        json.WriteString("description", "The connection lacks scopes");
        json.WriteStartObject("value");
        json.WriteStrings("missing_scopes", scopes);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
