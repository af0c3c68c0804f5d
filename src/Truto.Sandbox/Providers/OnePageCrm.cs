using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

internal sealed class OnePageCrm() : ProviderShape("onepagecrm", new Dictionary<string, UserFields>(StringComparer.Ordinal)
{
    ["id"] = UserFields.None,
    ["name"] = UserFields.Name,
    ["email"] = UserFields.Email,
})
{
    public override string NewId(long number) => number.ToString("x24", CultureInfo.InvariantCulture);

    public override void WriteRecord(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteString("id", user.Id);
        json.WriteString("name", user.Name);
        json.WriteString("email", user.Email);
        WriteFurther(json, user);
        json.WriteEndObject();
    }

    public override void WriteOne(Utf8JsonWriter json, SandboxUser user)
    {
        WriteStart(json);
        json.WritePropertyName("user");
        WriteRecord(json, user);
        WriteEnd(json);
    }

    public override void WriteRemoved(Utf8JsonWriter json, string id)
    {
        WriteStart(json);
        WriteEnd(json);
    }

    public override void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next)
    {
        WriteStart(json);
        WriteRecords(json, "users", users);
        json.WriteString("next_page", next);
        WriteEnd(json);
    }

    public override void WriteProblem(Utf8JsonWriter json, ProviderProblem problem)
    {
        json.WriteStartObject();
        json.WriteNumber("status", problem.Status);
        json.WriteString("message", problem.Message);
        json.WriteString("error_name", Name(problem.Kind));
        json.WriteString("error_message", problem.Message);
        json.WriteStartObject("errors");
        if (problem.Field is not null)
            json.WriteString(problem.Field, problem.Message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Name(ProviderProblemKind kind) => kind switch
    {
        ProviderProblemKind.Unauthorized => "invalid_auth_token",
        ProviderProblemKind.Forbidden => "forbidden",
        ProviderProblemKind.NotFound => "resource_not_found",
        ProviderProblemKind.Conflict => "duplicate_email",
        ProviderProblemKind.Invalid => "invalid_request_data",
        ProviderProblemKind.RateLimited => "rate_limit_exceeded",
        _ => "service_unavailable",
    };

    private static void WriteStart(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("status", 0);
        json.WriteString("message", "OK");
        json.WriteStartObject("data");
    }

    private static void WriteEnd(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
