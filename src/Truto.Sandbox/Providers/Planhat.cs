using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.Json;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

internal sealed class Planhat() : ProviderShape("planhat", new Dictionary<string, UserFields>(StringComparer.Ordinal)
{
    ["_id"] = UserFields.None,
    ["name"] = UserFields.Name,
    ["email"] = UserFields.Email,
    ["isActive"] = UserFields.IsActive,
    ["custom"] = UserFields.CustomFields,
    ["createdAt"] = UserFields.None,
    ["updatedAt"] = UserFields.None,
})
{
    public override string NewId(long number) => number.ToString("x24", CultureInfo.InvariantCulture);

    public override void WriteRecord(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteString("_id", user.Id);
        json.WriteString("name", user.Name);
        json.WriteString("email", user.Email);
        json.WriteNullable("isActive", user.IsActive);
        json.WriteStartObject("custom");
        foreach (var (name, value) in user.CustomFields)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteTime("createdAt", user.CreatedAt);
        json.WriteTime("updatedAt", user.UpdatedAt);
        WriteFurther(json, user);
        json.WriteEndObject();
    }

    public override void WriteRemoved(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteNumber("n", 1);
        json.WriteNumber("ok", 1);
        json.WriteNumber("deletedCount", 1);
        json.WriteEndObject();
    }

    public override void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next)
    {
        json.WriteStartArray();
        foreach (var user in users)
            WriteRecord(json, user);
        json.WriteEndArray();
    }

    public override void WriteProblem(Utf8JsonWriter json, ProviderProblem problem)
    {
        json.WriteStartObject();
        json.WriteString("status", "error");
        json.WriteString("message", problem.Message);
        json.WriteString("category", Category(problem.Kind));
        json.WriteStartArray("errors");
        if (problem.Field is not null)
        {
            json.WriteStartObject();
            json.WriteString("in", problem.Field);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Category(ProviderProblemKind kind) => kind switch
    {
        ProviderProblemKind.Unauthorized => "INVALID_AUTHENTICATION",
        ProviderProblemKind.Forbidden => "MISSING_SCOPES",
        ProviderProblemKind.NotFound => "OBJECT_NOT_FOUND",
        ProviderProblemKind.Conflict => "CONFLICT",
        ProviderProblemKind.Invalid => "VALIDATION_ERROR",
        ProviderProblemKind.RateLimited => "RATE_LIMITS",
        _ => "SERVICE_UNAVAILABLE",
    };
}
