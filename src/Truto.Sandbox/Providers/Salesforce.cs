using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.Json;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

internal sealed class Salesforce() : ProviderShape("salesforce", new Dictionary<string, UserFields>(StringComparer.Ordinal)
{
    ["attributes"] = UserFields.None,
    ["Id"] = UserFields.None,
    ["Name"] = UserFields.None,
    ["FirstName"] = UserFields.FirstName,
    ["LastName"] = UserFields.LastName,
    ["Email"] = UserFields.Email,
    ["IsActive"] = UserFields.IsActive,
    ["CreatedDate"] = UserFields.None,
    ["LastModifiedDate"] = UserFields.None,
})
{
    public override bool DerivesName => true;

    // PATCH and DELETE of /sobjects answer 204.
    public override bool AnswersUpdate => false;

    public override bool AnswersRemoval => false;

    public override string NewId(long number) => string.Create(CultureInfo.InvariantCulture, $"005{number:D15}");

    public override void WriteRecord(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteStartObject("attributes");
        json.WriteString("type", "User");
        json.WriteString("url", $"/services/data/v63.0/sobjects/User/{Uri.EscapeDataString(user.Id)}");
        json.WriteEndObject();
        json.WriteString("Id", user.Id);
        json.WriteString("Name", user.Name);
        json.WriteString("FirstName", user.FirstName);
        json.WriteString("LastName", user.LastName);
        json.WriteString("Email", user.Email);
        json.WriteNullable("IsActive", user.IsActive);
        json.WriteTime("CreatedDate", user.CreatedAt, "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'");
        json.WriteTime("LastModifiedDate", user.UpdatedAt, "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'");
        WriteFurther(json, user);
        json.WriteEndObject();
    }

    public override void WriteCreated(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteString("id", user.Id);
        json.WriteBoolean("success", true);
        json.WriteStartArray("errors");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public override void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next)
    {
        json.WriteStartObject();
        json.WriteNumber("totalSize", users.Count);
        json.WriteBoolean("done", next is null);
        if (next is not null)
            json.WriteString("nextRecordsUrl", $"/services/data/v63.0/query/{next}");
        WriteRecords(json, "records", users);
        json.WriteEndObject();
    }

    public override void WriteProblem(Utf8JsonWriter json, ProviderProblem problem)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("message", problem.Message);
        json.WriteString("errorCode", Code(problem));
        json.WriteStartArray("fields");
        if (problem.Field is not null)
            json.WriteStringValue(problem.Field);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Code(ProviderProblem problem) => problem.Kind switch
    {
        ProviderProblemKind.Unauthorized => "INVALID_SESSION_ID",
        ProviderProblemKind.Forbidden => "INSUFFICIENT_ACCESS",
        ProviderProblemKind.NotFound => "NOT_FOUND",
        ProviderProblemKind.Conflict => "DUPLICATE_USERNAME",
        ProviderProblemKind.Invalid => problem.Field is "Email" ? "INVALID_EMAIL_ADDRESS" : "JSON_PARSER_ERROR",
        ProviderProblemKind.RateLimited => "REQUEST_LIMIT_EXCEEDED",
        _ => "SERVER_UNAVAILABLE",
    };
}
