using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.Json;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

internal sealed class Pipedrive() : ProviderShape("pipedrive", new Dictionary<string, UserFields>(StringComparer.Ordinal)
{
    ["id"] = UserFields.None,
    ["name"] = UserFields.Name,
    ["email"] = UserFields.Email,
    ["active_flag"] = UserFields.IsActive,
    ["created"] = UserFields.None,
    ["modified"] = UserFields.None,
})
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    public override string NewId(long number) => number.ToString(CultureInfo.InvariantCulture);

    public override void WriteRecord(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        WriteNumericId(json, "id", user.Id);
        json.WriteString("name", user.Name);
        json.WriteString("email", user.Email);
        json.WriteNullable("active_flag", user.IsActive);
        json.WriteTime("created", user.CreatedAt, TimeFormat);
        json.WriteTime("modified", user.UpdatedAt, TimeFormat);
        WriteFurther(json, user);
        json.WriteEndObject();
    }

    public override void WriteOne(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        json.WritePropertyName("data");
        WriteRecord(json, user);
        json.WriteEndObject();
    }

    public override void WriteRemoved(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        json.WriteStartObject("data");
        WriteNumericId(json, "id", id);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        WriteRecords(json, "data", users);
        json.WriteStartObject("additional_data");
        json.WriteString("next_cursor", next);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void WriteProblem(Utf8JsonWriter json, ProviderProblem problem)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", false);
        json.WriteString("error", problem.Message);
        json.WriteString("error_info", problem.Field is null
            ? "Please check the API documentation."
            : $"Please check the value of {problem.Field}.");
        json.WriteNull("data");
        json.WriteNull("additional_data");
        json.WriteEndObject();
    }
}
