using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.Json;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

/// <summary>Speaks JSON:API. Further members of <c>remote_data</c> end up among the attributes.</summary>
internal sealed class Outreach() : ProviderShape("outreach", new Dictionary<string, UserFields>(StringComparer.Ordinal)
{
    ["type"] = UserFields.None,
    ["id"] = UserFields.None,
    ["attributes"] = UserFields.None,
    ["email"] = UserFields.Email,
    ["firstName"] = UserFields.FirstName,
    ["lastName"] = UserFields.LastName,
    ["name"] = UserFields.Name,
    ["createdAt"] = UserFields.None,
    ["updatedAt"] = UserFields.None,
})
{
    public override string ContentType => "application/vnd.api+json";

    public override bool DerivesName => true;

    public override bool AnswersRemoval => false;

    public override string NewId(long number) => number.ToString(CultureInfo.InvariantCulture);

    public override void WriteRecord(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WriteString("type", "user");
        WriteNumericId(json, "id", user.Id);
        json.WriteStartObject("attributes");
        json.WriteString("email", user.Email);
        json.WriteString("firstName", user.FirstName);
        json.WriteString("lastName", user.LastName);
        json.WriteString("name", user.Name);
        json.WriteTime("createdAt", user.CreatedAt);
        json.WriteTime("updatedAt", user.UpdatedAt);
        WriteFurther(json, user);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void WriteOne(Utf8JsonWriter json, SandboxUser user)
    {
        json.WriteStartObject();
        json.WritePropertyName("data");
        WriteRecord(json, user);
        json.WriteEndObject();
    }

    public override void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next)
    {
        json.WriteStartObject();
        WriteRecords(json, "data", users);
        json.WriteStartObject("links");
        if (next is not null)
            json.WriteString("next", $"https://api.outreach.example/api/v2/users?page[after]={next}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void WriteProblem(Utf8JsonWriter json, ProviderProblem problem)
    {
        json.WriteStartObject();
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteString("id", Id(problem.Kind));
        json.WriteString("status", problem.Status.ToString(CultureInfo.InvariantCulture));
        json.WriteString("title", "Request refused");
        json.WriteString("detail", problem.Message);
        if (problem.Field is not null)
        {
            json.WriteStartObject("source");
            json.WriteString("pointer", $"/data/attributes/{problem.Field}");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Id(ProviderProblemKind kind) => kind switch
    {
        ProviderProblemKind.Unauthorized => "unauthorizedOauthToken",
        ProviderProblemKind.Forbidden => "unauthorizedRequest",
        ProviderProblemKind.NotFound => "resourceNotFound",
        ProviderProblemKind.Conflict => "validationDuplicateValueError",
        ProviderProblemKind.Invalid => "validationError",
        ProviderProblemKind.RateLimited => "rateLimitExceeded",
        _ => "serviceUnavailable",
    };
}
