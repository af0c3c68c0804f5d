using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.Json;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

internal sealed class Wix() : ProviderShape("wix", new Dictionary<string, UserFields>(StringComparer.Ordinal)
{
    ["id"] = UserFields.None,
    ["loginEmail"] = UserFields.Email,
    ["nickname"] = UserFields.Name,
    ["active"] = UserFields.IsActive,
    ["createdDate"] = UserFields.None,
    ["updatedDate"] = UserFields.None,
})
{
    public override string NewId(long number) => string.Create(CultureInfo.InvariantCulture, $"5a9d0b0c-0000-4000-8000-{number:x12}");

    public override void WriteRecord(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteString("id", user.Id);
        json.WriteString("loginEmail", user.Email);
        json.WriteString("nickname", user.Name);
        json.WriteNullable("active", user.IsActive);
        json.WriteTime("createdDate", user.CreatedAt);
        json.WriteTime("updatedDate", user.UpdatedAt);
        WriteFurther(json, user);
        json.WriteEndObject();
    }

    public override void WriteOne(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WritePropertyName("member");
        WriteRecord(json, user);
        json.WriteEndObject();
    }

    public override void WriteRemoved(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteEndObject();
    }

    public override void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next)
    {
        json.WriteStartObject();
        WriteRecords(json, "members", users);
        json.WriteStartObject("metadata");
        json.WriteNumber("count", users.Count);
        json.WriteString("cursor", next);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void WriteProblem(Utf8JsonWriter json, ProviderProblem problem)
    {
        json.WriteStartObject();
        json.WriteString("message", problem.Message);
        json.WriteStartObject("details");
        if (problem.Field is null)
        {
            json.WriteStartObject("applicationError");
            json.WriteString("code", Code(problem.Kind));
            json.WriteString("description", problem.Message);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartObject("validationError");
            json.WriteStartArray("fieldViolations");
            json.WriteStartObject();
            json.WriteString("field", problem.Field);
            json.WriteString("description", problem.Message);
            json.WriteString("ruleName", Code(problem.Kind));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Code(ProviderProblemKind kind) => kind switch
    {
        ProviderProblemKind.Unauthorized => "UNAUTHENTICATED",
        ProviderProblemKind.Forbidden => "PERMISSION_DENIED",
        ProviderProblemKind.NotFound => "MEMBER_NOT_FOUND",
        ProviderProblemKind.Conflict => "LOGIN_EMAIL_TAKEN",
        ProviderProblemKind.Invalid => "FORMAT",
        ProviderProblemKind.RateLimited => "RESOURCE_EXHAUSTED",
        _ => "UNAVAILABLE",
    };
}
